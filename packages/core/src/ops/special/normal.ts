/** The normal distribution's function, its logarithm and its inverse, and the scaled complementary error function behind them. */

import type { Expr } from "../../program/expr.js";
import { erfc } from "../../program/special.js";
import { unary } from "../pointwise/define.js";
import { fitted, within } from "./chebyshev.js";

/** exp(x^2) erfc(x) for x >= 0 on the host: by its continued fraction where that converges fast. */
function scaledErfc(x: number): number {
  if (x < 2) return Math.exp(x * x) * erfc(x);
  let tail = 0;
  for (let k = 150; k > 0; k--) tail = k / 2 / (x + tail);
  return 1 / (Math.sqrt(Math.PI) * (x + tail));
}

/** (1 + 2x) exp(x^2) erfc(x) by (x - c) / (x + c), which maps all x >= 0 to [-1, 1] and is smooth there. */
const CENTRE = 3.75;
const smooth = fitted(
  (t) => {
    const x = (CENTRE * (1 + t)) / (1 - t);
    return (1 + 2 * x) * scaledErfc(x);
  },
  -1,
  1,
);

/** exp(x^2) erfc(x) for x >= 0. */
function scaledErfcOf(x: Expr): Expr {
  const t = x.isinf().where(1, x.sub(CENTRE).div(x.add(CENTRE)));
  return smooth(t).div(x.mul(2).add(1));
}

/** exp(x^2) erfc(x) without underflow (`torch.special.erfcx`). */
export const erfcx = unary("erfcx", (given) => {
  const x = given.toFloat();
  // Not `abs`, whose slope at 0 is 0.
  const positive = scaledErfcOf(x.lt(0).where(x.neg(), x));
  return x.lt(0).where(x.square().exp().mul(2).sub(positive), positive);
});

/** The standard normal distribution function (`torch.special.ndtr`). */
export const ndtr = unary("ndtr", (x) => x.toFloat().mul(-Math.SQRT1_2).erfc().mul(0.5));

/** log(ndtr(x)) without underflow (`torch.special.log_ndtr`). */
export const logNdtr = unary("logNdtr", (given) => {
  const x = given.toFloat();
  const low = within(x, null, -1);
  const tail = scaledErfcOf(low.mul(-Math.SQRT1_2)).mul(0.5).log().sub(low.square().mul(0.5));
  const high = within(x, -1, null).mul(Math.SQRT1_2).erfc().mul(-0.5).log1p();
  return x.lt(-1).where(tail, high);
});

/** The x whose upper tail is exp(-z^2/2): Newton's method on the logarithm of the tail. */
function upperPoint(z: number): number {
  let x = Math.max(z - Math.log(z) / z - 1 / z, 0.1);
  for (let k = 0; k < 40; k++) {
    const scaled = scaledErfc(x * Math.SQRT1_2);
    const error = Math.log(scaled / 2) - (x * x) / 2 + (z * z) / 2;
    x += (error * scaled * Math.sqrt(Math.PI)) / Math.SQRT2;
  }
  return x;
}
/** The tail below exp(-2) is found by z = sqrt(-2 log p): z - log(z)/z - x is smooth in 1/z. */
const TAIL = Math.exp(-2);
const shortfall = (inverse: number): number => {
  const z = 1 / inverse;
  return z - Math.log(z) / z - upperPoint(z);
};
/** z = 2 is p = exp(-2); z = 40 is below the least float64. */
const correction = fitted(shortfall, 1 / 40, 1 / 2);

/** The inverse of `ndtr` on [0, 1] (`torch.special.ndtri`). */
export const ndtri = unary("ndtri", (given) => {
  const p = given.toFloat();
  const upper = p.gt(0.5);
  const tail = upper.where(p.neg().add(1), p);
  const z = within(tail, Number.MIN_VALUE, TAIL).log().mul(-2).sqrt();
  const far = z.sub(z.log().div(z)).sub(correction(z.reciprocal()));
  const outer = upper.where(far, far.neg());
  const inner = p.mul(2).sub(1).erfinv().mul(Math.SQRT2);
  const value = tail.lt(TAIL).where(outer, inner);
  const inside = p.eq(0).where(Number.NEGATIVE_INFINITY, p.eq(1).where(Number.POSITIVE_INFINITY, value));
  // A product, since the gradient is NaN there too.
  return p.lt(0).or(p.gt(1)).or(p.isnan()).where(p.mul(Number.NaN), inside);
});
