/**
 * Functions without a closed form, as Chebyshev series. A series is fitted when an expression first needs it, from values that a slow
 * and safe method gives in float64 (power series, quadrature), so no table of coefficients has to be trusted.
 */
import type { Expr } from "../../program/expr.js";

const NODES = 64;
/** Coefficients this small beside the greatest are below float64's rounding. */
const NEGLIGIBLE = 2e-17;

/** Coefficients of the series of `f` on [low, high]; the first is halved already. */
export function coefficients(f: (x: number) => number, low: number, high: number): number[] {
  const angles = Array.from({ length: NODES }, (_, i) => (Math.PI * (i + 0.5)) / NODES);
  const values = angles.map((angle) => f(low + ((high - low) * (1 + Math.cos(angle))) / 2));
  const all = angles.map(
    (_, k) =>
      (2 / NODES) * values.reduce((sum, value, i) => sum + value * Math.cos(k * (angles[i] as number)), 0),
  );
  all[0] = (all[0] as number) / 2;
  const greatest = Math.max(...all.map(Math.abs));
  let length = all.length;
  while (length > 1 && Math.abs(all[length - 1] as number) < NEGLIGIBLE * greatest) length--;
  // What rounding left in the tail alternates around 1e-16; three such terms in a row end the series.
  for (let k = 2; k < length; k++) {
    if ([k, k - 1, k - 2].every((i) => Math.abs(all[i] as number) < 2e-16 * greatest))
      return all.slice(0, k - 2);
  }
  return all.slice(0, length);
}

/** The sum of a series at t in [-1, 1], by Clenshaw's recurrence. */
export function clenshaw(series: readonly number[], t: Expr): Expr {
  const twice = t.mul(2);
  let [next, afterNext]: [Expr, Expr] = [twice.mul(0), twice.mul(0)];
  for (let k = series.length - 1; k > 0; k--)
    [next, afterNext] = [
      twice
        .mul(next)
        .sub(afterNext)
        .add(series[k] as number),
      next,
    ];
  return t
    .mul(next)
    .sub(afterNext)
    .add(series[0] as number);
}

/** `f` on [low, high] as a function of expressions; values outside the interval are the caller's to avoid. */
export function fitted(f: (x: number) => number, low: number, high: number): (x: Expr) => Expr {
  let series: readonly number[] | null = null;
  return (x) => {
    series ??= coefficients(f, low, high);
    return clenshaw(series, x.sub((low + high) / 2).mul(2 / (high - low)));
  };
}

/** x limited to where a series holds, so that the branch not taken stays finite. */
export function within(x: Expr, low: number | null, high: number | null): Expr {
  // Not `clamp`, which gives NaN no gradient.
  const raised = low === null ? x : x.lt(low).where(low, x);
  return high === null ? raised : raised.gt(high).where(high, raised);
}
