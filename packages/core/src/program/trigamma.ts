/** The trigamma function as an expression, so that it needs no kernel of its own and can be differentiated further. */
import type { Expr } from "./expr.js";

const SHIFTS = 8;

/** psi'(x): reflection below 1/2, then eight steps of the recurrence, then the asymptotic series. */
export function trigamma(x: Expr): Expr {
  const low = x.lt(0.5);
  const start = low.where(x.neg().add(1), x);
  let sum = start.square().reciprocal();
  for (let k = 1; k < SHIFTS; k++) sum = sum.add(start.add(k).square().reciprocal());
  const z = start.add(SHIFTS);
  const r = z.square().reciprocal();
  let series = r.mul(-691 / 2730);
  for (const bernoulli of [5 / 66, -1 / 30, 1 / 42, -1 / 30, 1 / 6]) series = series.add(bernoulli).mul(r);
  const value = sum.add(series.add(1).div(z)).add(r.mul(0.5));
  // The sine is taken of the distance to the nearest integer: its square has period pi.
  const sine = x.sub(x.round()).mul(Math.PI).sin();
  return low.where(
    sine
      .square()
      .reciprocal()
      .mul(Math.PI * Math.PI)
      .sub(value),
    value,
  );
}
