/**
 * Elementwise operators of one tensor, named as in PyTorch. Each line is a function, a method and an in-place method; integers and
 * booleans are computed in the default float where the result is one.
 */
import { DTypeError } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { unary } from "./define.js";

export const abs = unary("abs");
export const absolute = abs;
export const acos = unary("acos");
export const arccos = acos;
export const acosh = unary("acosh");
export const arccosh = acosh;
export const asin = unary("asin");
export const arcsin = asin;
export const asinh = unary("asinh");
export const arcsinh = asinh;
export const atan = unary("atan");
export const arctan = atan;
export const atanh = unary("atanh");
export const arctanh = atanh;
export const bitwiseNot = unary("bitwiseNot", (x) => x.bitnot());
export const ceil = unary("ceil");
export const cos = unary("cos");
export const cosh = unary("cosh");
export const deg2rad = unary("deg2rad", (x) => x.mul(Math.PI / 180));
export const digamma = unary("digamma");
export const erf = unary("erf");
export const erfc = unary("erfc");
export const erfinv = unary("erfinv");
export const exp = unary("exp");
export const exp2 = unary("exp2");
export const expm1 = unary("expm1");
export const floor = unary("floor");
export const frac = unary("frac", (x) => x.sub(x.trunc()));
export const isfinite = unary("isfinite", (x) => x.toFloat().isfinite());
export const isinf = unary("isinf", (x) => x.toFloat().isinf());
export const isnan = unary("isnan", (x) => x.toFloat().isnan());
export const isneginf = unary("isneginf", (x) => x.toFloat().isinf().and(x.lt(0)));
export const isposinf = unary("isposinf", (x) => x.toFloat().isinf().and(x.gt(0)));
export const isreal = unary("isreal", (x) => x.eq(x).or(x.ne(x)));
export const lgamma = unary("lgamma");
export const log = unary("log");
export const log10 = unary("log10");
export const log1p = unary("log1p");
export const log2 = unary("log2");
export const logicalNot = unary("logicalNot");
const negated = unary("neg");
/** -x; not for booleans (`torch.neg`). */
export const neg = op("neg", [], (x: Tensor): Tensor => {
  if (x.dtype === "bool") throw new DTypeError("neg", "expected numbers, got a bool tensor; use logicalNot");
  return negated(x);
});
export const negative = neg;
export const rad2deg = unary("rad2deg", (x) => x.mul(180 / Math.PI));
export const reciprocal = unary("reciprocal");
export const relu = unary("relu");
export const rsqrt = unary("rsqrt");
export const sgn = unary("sgn", (x) => x.sign(), { dtype: "promote" });
export const sigmoid = unary("sigmoid");
export const sign = unary("sign", (x) => x.sign(), { dtype: "promote" });
export const signbit = unary("signbit");
export const sin = unary("sin");
/** sin(pi x) / (pi x), 1 at 0. */
export const sinc = unary("sinc", (x) => {
  const t = x.mul(Math.PI);
  return t.eq(0).where(1, t.sin().div(t));
});
export const sinh = unary("sinh");
export const sqrt = unary("sqrt");
export const square = unary("square");
export const tan = unary("tan");
export const tanh = unary("tanh");
export const trunc = unary("trunc");
export const fix = trunc;
