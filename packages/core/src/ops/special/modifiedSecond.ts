/** Modified Bessel functions of the second kind, orders 0 and 1, plain and scaled by exp(x). */

import type { Expr } from "../../program/expr.js";
import { unary } from "../pointwise/define.js";
import { fitted, within } from "./chebyshev.js";
import { besselFactor, harmonic, powerSeries } from "./quadrature.js";

const SPLIT = 2;
const EULER = 0.5772156649015329;

/** I_v(x) / x^v for small x, by its power series. */
const ratioI =
  (order: 0 | 1) =>
  (square: number): number =>
    powerSeries(order === 0 ? 1 : 0.5, (k) => square / 4 / (k * (k + order)));
/** What is left of K_0 after -log(x) I_0(x), and of K_1 after log(x) I_1(x) + 1/x, the latter divided by x. */
const restK = [
  (square: number): number =>
    powerSeries(
      1,
      (k) => square / 4 / (k * k),
      (k) => harmonic(k) - EULER + Math.LN2,
    ),
  (square: number): number =>
    0.5 *
    powerSeries(
      0.5,
      (k) => square / 4 / (k * (k + 1)),
      (k) => 2 * (EULER - Math.LN2) - harmonic(k) - harmonic(k + 1),
    ),
] as const;
const partsK = ([0, 1] as const).map((order) => ({
  i: fitted(ratioI(order), 0, SPLIT ** 2),
  rest: fitted(restK[order], 0, SPLIT ** 2),
  far: fitted((inverse) => besselFactor(order, { re: inverse / 2, im: 0 }).re, 0, 1 / SPLIT),
}));

/** K_v(x) below and exp(x) K_v(x) above the split. */
function piecesK(order: 0 | 1, x: Expr): { near: Expr; far: Expr } {
  const { i, rest, far } = partsK[order] as (typeof partsK)[number];
  const small = within(x, 0, SPLIT);
  const square = small.square();
  const log = small.log();
  const near =
    order === 0
      ? rest(square).sub(log.mul(i(square)))
      : log.mul(i(square)).add(rest(square)).mul(small).add(small.reciprocal());
  const big = within(x, SPLIT, null);
  return { near, far: far(big.reciprocal()).mul(big.mul(2 / Math.PI).rsqrt()) };
}

function besselK(order: 0 | 1, given: Expr, isScaled: boolean): Expr {
  const x = given.toFloat();
  const { near, far } = piecesK(order, x);
  const value = isScaled
    ? x.gt(SPLIT).where(far, near.mul(within(x, 0, SPLIT).exp()))
    : x.gt(SPLIT).where(far.mul(x.neg().exp()), near);
  return x.eq(0).where(Number.POSITIVE_INFINITY, x.lt(0).where(Number.NaN, value));
}

/** Modified Bessel function of the second kind, order 0; NaN below 0 (`torch.special.modified_bessel_k0`). */
export const modifiedBesselK0 = unary("modifiedBesselK0", (x) => besselK(0, x, false));
/** Modified Bessel function of the second kind, order 1; NaN below 0 (`torch.special.modified_bessel_k1`). */
export const modifiedBesselK1 = unary("modifiedBesselK1", (x) => besselK(1, x, false));
/** exp(x) modifiedBesselK0(x) (`torch.special.scaled_modified_bessel_k0`). */
export const scaledModifiedBesselK0 = unary("scaledModifiedBesselK0", (x) => besselK(0, x, true));
/** exp(x) modifiedBesselK1(x) (`torch.special.scaled_modified_bessel_k1`). */
export const scaledModifiedBesselK1 = unary("scaledModifiedBesselK1", (x) => besselK(1, x, true));
