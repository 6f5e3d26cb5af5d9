/** Scalar operations of one argument. */

import type { Expr } from "./expr.js";
import { roundHalfEven } from "./rounding.js";
import type { Slope, UnaryScalar } from "./scalars.js";
import type { UnaryOp } from "./types.js";

type Evaluate = (x: number) => number;
type SlopeRule = (x: Expr, y: Expr) => Slope;

const float = (evaluate: Evaluate | null, slope: SlopeRule | null): UnaryScalar => ({
  takes: ["f"],
  gives: "f",
  evaluate,
  slope,
});
const number = (evaluate: Evaluate, slope: SlopeRule | null): UnaryScalar => ({
  takes: ["i", "f"],
  gives: "same",
  evaluate,
  slope,
});
const test = (evaluate: (x: number) => boolean): UnaryScalar => ({
  takes: ["i", "f"],
  gives: "b",
  evaluate: (x) => (evaluate(x) ? 1 : 0),
  slope: null,
});

const sigmoid: Evaluate = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

export const unaryScalars = {
  /** -x */
  neg: number(
    (x) => -x,
    () => -1,
  ),
  /** |x|; slope 0 at 0. */
  abs: number(Math.abs, (x) => x.sign()),
  /** -1, 0 or 1; 0 for NaN. */
  sign: number((x) => (Number.isNaN(x) ? 0 : Math.sign(x)), null),
  /** The greatest integer not above x. */
  floor: number(Math.floor, null),
  /** The least integer not below x. */
  ceil: number(Math.ceil, null),
  /** The nearest integer, halves to the even one. */
  round: number(roundHalfEven, null),
  /** The integer part. */
  trunc: number(Math.trunc, null),
  /** Square root. */
  sqrt: float(Math.sqrt, (_, y) => y.reciprocal().mul(0.5)),
  /** 1 / sqrt(x) */
  rsqrt: float(
    (x) => 1 / Math.sqrt(x),
    (_, y) => y.mul(y).mul(y).mul(-0.5),
  ),
  /** 1 / x */
  reciprocal: float(
    (x) => 1 / x,
    (_, y) => y.mul(y).neg(),
  ),
  /** e to the x. */
  exp: float(Math.exp, (_, y) => y),
  /** 2 to the x. */
  exp2: float(
    (x) => 2 ** x,
    (_, y) => y.mul(Math.LN2),
  ),
  /** exp(x) - 1, accurate near 0. */
  expm1: float(Math.expm1, (_, y) => y.add(1)),
  /** Natural logarithm. */
  log: float(Math.log, (x) => x.reciprocal()),
  /** Logarithm to base 2. */
  log2: float(Math.log2, (x) => x.reciprocal().mul(Math.LOG2E)),
  /** Logarithm to base 10. */
  log10: float(Math.log10, (x) => x.reciprocal().mul(Math.LOG10E)),
  /** log(1 + x), accurate near 0. */
  log1p: float(Math.log1p, (x) => x.add(1).reciprocal()),
  /** Sine. */
  sin: float(Math.sin, (x) => x.cos()),
  /** Cosine. */
  cos: float(Math.cos, (x) => x.sin().neg()),
  /** Tangent. */
  tan: float(Math.tan, (_, y) => y.mul(y).add(1)),
  /** Inverse sine. */
  asin: float(Math.asin, (x) => x.mul(x).neg().add(1).rsqrt()),
  /** Inverse cosine. */
  acos: float(Math.acos, (x) => x.mul(x).neg().add(1).rsqrt().neg()),
  /** Inverse tangent. */
  atan: float(Math.atan, (x) => x.mul(x).add(1).reciprocal()),
  /** Hyperbolic sine. */
  sinh: float(Math.sinh, (x) => x.cosh()),
  /** Hyperbolic cosine. */
  cosh: float(Math.cosh, (x) => x.sinh()),
  /** Hyperbolic tangent. */
  tanh: float(Math.tanh, (_, y) => y.mul(y).neg().add(1)),
  /** Inverse hyperbolic sine. */
  asinh: float(Math.asinh, (x) => x.mul(x).add(1).rsqrt()),
  /** Inverse hyperbolic cosine. */
  acosh: float(Math.acosh, (x) => x.mul(x).sub(1).rsqrt()),
  /** Inverse hyperbolic tangent. */
  atanh: float(Math.atanh, (x) => x.mul(x).neg().add(1).reciprocal()),
  /** The error function. */
  erf: float(null, (x) =>
    x
      .mul(x)
      .neg()
      .exp()
      .mul(2 / Math.sqrt(Math.PI)),
  ),
  /** 1 - erf(x), accurate for large x. */
  erfc: float(null, (x) =>
    x
      .mul(x)
      .neg()
      .exp()
      .mul(-2 / Math.sqrt(Math.PI)),
  ),
  /** The inverse of the error function. */
  erfinv: float(null, (_, y) =>
    y
      .mul(y)
      .exp()
      .mul(Math.sqrt(Math.PI) / 2),
  ),
  /** log |gamma(x)| */
  lgamma: float(null, (x) => x.digamma()),
  /** The derivative of lgamma. */
  digamma: float(null, (x) => x.polygamma1()),
  /** 1 / (1 + exp(-x)) */
  sigmoid: float(sigmoid, (_, y) => y.neg().add(1).mul(y)),
  /** x where positive, else 0 (NaN stays); slope 0 at 0. */
  relu: number(
    (x) => Math.max(x, 0),
    (_, y) => y.le(0).where(0, 1),
  ),
  /** log(1 + exp(x)) without overflow. */
  softplus: float(null, (x) => x.sigmoid()),
  /** Whether x is NaN. */
  isnan: test(Number.isNaN),
  /** Whether x is an infinity. */
  isinf: test((x) => Math.abs(x) === Number.POSITIVE_INFINITY),
  /** Whether the sign bit is set: true for -0. */
  signbit: test((x) => x < 0 || Object.is(x, -0)),
  /** Logical not. */
  not: { takes: ["b"], gives: "b", evaluate: (x) => (x === 0 ? 1 : 0), slope: null },
  /** Bitwise not of an integer; logical not of a boolean is `not`. */
  bitnot: { takes: ["i"], gives: "i", evaluate: (x) => -x - 1, slope: null },
} satisfies { readonly [K in UnaryOp]: UnaryScalar };
