/** Bessel functions of the first and second kind, orders 0 and 1. */

import type { Expr } from "../../program/expr.js";
import { unary } from "../pointwise/define.js";
import { fitted, within } from "./chebyshev.js";
import { besselFactor, harmonic, powerSeries } from "./quadrature.js";

/** Below: power series, fitted in x^2. Above: modulus and phase, fitted in 1/x^2. */
const SPLIT = 5;
const EULER = 0.5772156649015329;

/** J_v(x) / x^v */
const seriesJ =
  (order: 0 | 1) =>
  (square: number): number =>
    powerSeries(order === 0 ? 1 : 0.5, (k) => -square / 4 / (k * (k + order)));

/** What is left of Y_0 after (2/pi) log(x) J_0(x), and of Y_1 after (2/pi) (log(x) J_1(x) - 1/x), the latter divided by x. */
const restY = [
  (square: number): number =>
    (2 / Math.PI) *
    powerSeries(
      1,
      (k) => -square / 4 / (k * k),
      (k) => EULER - Math.LN2 - harmonic(k),
    ),
  (square: number): number =>
    (1 / Math.PI) *
    powerSeries(
      0.5,
      (k) => -square / 4 / (k * (k + 1)),
      (k) => 2 * (EULER - Math.LN2) - harmonic(k) - harmonic(k + 1),
    ),
] as const;

interface Parts {
  /** J_v(x) / x^v by x^2, and the rest of Y_v. */
  readonly j: (square: Expr) => Expr;
  readonly y: (square: Expr) => Expr;
  /** Amplitude and x times the quadrature term, by 1/x^2. */
  readonly p: (inverse: Expr) => Expr;
  readonly q: (inverse: Expr) => Expr;
}

function parts(order: 0 | 1): Parts {
  const top = SPLIT * SPLIT;
  const factor = (inverse: number) => besselFactor(order, { re: 0, im: Math.sqrt(inverse) / 2 });
  return {
    j: fitted(seriesJ(order), 0, top),
    y: fitted(restY[order], 0, top),
    p: fitted((inverse) => factor(inverse).re, 0, 1 / top),
    q: fitted((inverse) => factor(inverse).im / Math.sqrt(inverse), 0, 1 / top),
  };
}
const orders = [parts(0), parts(1)] as const;

/** J and Y of x > SPLIT: sqrt(2 / (pi x)) times P cos - Q sin, or P sin + Q cos, of the phase. */
function far(order: 0 | 1, x: Expr, kind: "j" | "y"): Expr {
  const { p, q } = orders[order];
  const safe = within(x, SPLIT, null);
  const inverse = safe.square().reciprocal();
  const phase = safe.sub((Math.PI / 4) * (1 + 2 * order));
  const [cos, sin] = [phase.cos(), phase.sin()];
  const [even, odd] = [p(inverse), q(inverse).div(safe)];
  const wave = kind === "j" ? even.mul(cos).sub(odd.mul(sin)) : even.mul(sin).add(odd.mul(cos));
  const value = wave.mul(safe.mul(Math.PI / 2).rsqrt());
  return safe.isinf().where(0, value);
}

const nearJ = (order: 0 | 1, x: Expr): Expr => {
  const ratio = orders[order].j(within(x, 0, SPLIT).square());
  return order === 0 ? ratio : ratio.mul(x);
};

function besselJ(order: 0 | 1, given: Expr): Expr {
  const x = given.toFloat();
  // Not `abs`, whose slope at 0 is 0.
  const a = x.lt(0).where(x.neg(), x);
  const value = a.gt(SPLIT).where(far(order, a, "j"), nearJ(order, a));
  return order === 0 ? value : x.lt(0).where(value.neg(), value);
}

function besselY(order: 0 | 1, given: Expr): Expr {
  const x = given.toFloat();
  const square = within(x, 0, SPLIT).square();
  const log = x
    .log()
    .mul(2 / Math.PI)
    .mul(nearJ(order, x));
  const rest = orders[order].y(square);
  const near = order === 0 ? log.add(rest) : log.sub(x.reciprocal().mul(2 / Math.PI)).add(rest.mul(x));
  return x.eq(0).where(Number.NEGATIVE_INFINITY, x.gt(SPLIT).where(far(order, x, "y"), near));
}

/** Bessel function of the first kind, order 0 (`torch.special.bessel_j0`). */
export const besselJ0 = unary("besselJ0", (x) => besselJ(0, x));
/** Bessel function of the first kind, order 1 (`torch.special.bessel_j1`). */
export const besselJ1 = unary("besselJ1", (x) => besselJ(1, x));
/** Bessel function of the second kind, order 0; NaN below 0, -inf at 0 (`torch.special.bessel_y0`). */
export const besselY0 = unary("besselY0", (x) => besselY(0, x));
/** Bessel function of the second kind, order 1; NaN below 0, -inf at 0 (`torch.special.bessel_y1`). */
export const besselY1 = unary("besselY1", (x) => besselY(1, x));

/** sin(x) / x, 1 at 0 (`torch.special.spherical_bessel_j0`). */
export const sphericalBesselJ0 = unary("sphericalBesselJ0", (given) => {
  const x = given.toFloat();
  return x.eq(0).where(1, x.isinf().where(0, x.sin().div(x)));
});
