/** Modified Bessel functions of the first kind, orders 0 and 1, plain and scaled by exp(-|x|). */

import type { Expr } from "../../program/expr.js";
import { unary } from "../pointwise/define.js";
import { fitted, within } from "./chebyshev.js";
import { scaledBesselI } from "./quadrature.js";

const SPLIT = 8;

/** exp(-a) I_v(a) / a^v for small a by a, and exp(-a) I_v(a) sqrt(a) for large a by 1/a. */
const scaled = ([0, 1] as const).map((order) => ({
  near: fitted(
    (a) => (order === 0 ? scaledBesselI(0, a) : a === 0 ? 0.5 : scaledBesselI(1, a) / a),
    0,
    SPLIT,
  ),
  far: fitted((inverse) => scaledBesselI(order, 1 / inverse) / Math.sqrt(inverse), 0, 1 / SPLIT),
}));

/** exp(-|x|) I_v(x) */
function scaledI(order: 0 | 1, given: Expr): Expr {
  const x = given.toFloat();
  const a = x.abs();
  const { near, far } = scaled[order] as (typeof scaled)[number];
  const low = near(within(a, 0, SPLIT));
  const big = within(a, SPLIT, null);
  const high = far(big.reciprocal()).mul(big.rsqrt());
  return a
    .gt(SPLIT)
    .where(order === 0 ? high : x.lt(0).where(high.neg(), high), order === 0 ? low : low.mul(x));
}

function plainI(order: 0 | 1, given: Expr): Expr {
  const x = given.toFloat();
  const growth = x.abs().exp();
  // Where that is infinite so are all derivatives, and a product's terms would cancel to NaN.
  const beyond = (order === 0 ? x.abs() : x).mul(Number.POSITIVE_INFINITY);
  return growth.isinf().where(beyond, scaledI(order, x).mul(growth));
}

/** Modified Bessel function of the first kind, order 0 (`torch.special.i0`). */
export const i0 = unary("i0", (x) => plainI(0, x));
/** exp(-|x|) i0(x) (`torch.special.i0e`). */
export const i0e = unary("i0e", (x) => scaledI(0, x));
/** Modified Bessel function of the first kind, order 1 (`torch.special.i1`). */
export const i1 = unary("i1", (x) => plainI(1, x));
/** exp(-|x|) i1(x) (`torch.special.i1e`). */
export const i1e = unary("i1e", (x) => scaledI(1, x));
/** As `i0` (`torch.special.modified_bessel_i0`). */
export const modifiedBesselI0 = i0;
/** As `i1` (`torch.special.modified_bessel_i1`). */
export const modifiedBesselI1 = i1;
