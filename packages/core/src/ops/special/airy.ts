/** The Airy function. */

import type { Expr } from "../../program/expr.js";
import { unary } from "../pointwise/define.js";
import { fitted, within } from "./chebyshev.js";
import { besselFactor, powerSeries } from "./quadrature.js";

const SPLIT = 2.5;
/** Ai(0) and -Ai'(0). */
const VALUE = 0.3550280538878172;
const SLOPE = 0.2588194037928068;

const middle = fitted(
  (x) =>
    VALUE * powerSeries(1, (k) => x ** 3 / (3 * k * (3 * k - 1))) -
    SLOPE * powerSeries(x, (k) => x ** 3 / (3 * k * (3 * k + 1))),
  -SPLIT,
  SPLIT,
);
const zetaOf = (a: Expr): Expr => a.mul(a.sqrt()).mul(2 / 3);
/** The greatest 1/zeta outside the middle. */
const last = 1.5 / SPLIT ** 1.5;
const decay = fitted((inverse) => besselFactor(1 / 3, { re: inverse / 2, im: 0 }).re, 0, last);
const even = fitted((square) => besselFactor(1 / 3, { re: 0, im: Math.sqrt(square) / 2 }).re, 0, last ** 2);
const odd = fitted(
  (square) => besselFactor(1 / 3, { re: 0, im: Math.sqrt(square) / 2 }).im / Math.sqrt(square),
  0,
  last ** 2,
);

/** The Airy function Ai (`torch.special.airy_ai`); NaN at infinities, as in PyTorch. */
export const airyAi = unary("airyAi", (given) => {
  const x = given.toFloat();
  const a = within(x.abs(), SPLIT, null);
  const zeta = zetaOf(a);
  const inverse = zeta.reciprocal();
  const scale = a
    .sqrt()
    .rsqrt()
    .mul(1 / Math.sqrt(Math.PI));
  const right = decay(inverse).mul(zeta.neg().exp()).mul(scale).mul(0.5);
  const phase = zeta.sub(Math.PI / 4);
  const square = inverse.square();
  const left = even(square).mul(phase.cos()).sub(odd(square).mul(inverse).mul(phase.sin())).mul(scale);
  const value = x.gt(SPLIT).where(right, x.lt(-SPLIT).where(left, middle(within(x, -SPLIT, SPLIT))));
  return x.isinf().where(Number.NaN, value);
});
