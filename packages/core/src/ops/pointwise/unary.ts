/**
 * Elementwise operators of one tensor, named as in PyTorch. Each line is a function, a method and an in-place method; integers and
 * booleans are computed in the default float where the result is one.
 */
import { DTypeError } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { unary } from "./define.js";

export const abs = unary("abs", (x) => x.abs());
export const absolute = abs;
export const acos = unary("acos", (x) => x.acos());
export const arccos = acos;
export const acosh = unary("acosh", (x) => x.acosh());
export const arccosh = acosh;
export const asin = unary("asin", (x) => x.asin());
export const arcsin = asin;
export const asinh = unary("asinh", (x) => x.asinh());
export const arcsinh = asinh;
export const atan = unary("atan", (x) => x.atan());
export const arctan = atan;
export const atanh = unary("atanh", (x) => x.atanh());
export const arctanh = atanh;
export const bitwiseNot = unary("bitwiseNot", (x) => (x.kind === "b" ? x.not() : x.bitnot()));
export const ceil = unary("ceil", (x) => x.ceil());
export const cos = unary("cos", (x) => x.cos());
export const cosh = unary("cosh", (x) => x.cosh());
export const deg2rad = unary("deg2rad", (x) => x.toFloat().mul(Math.PI / 180));
export const digamma = unary("digamma", (x) => x.digamma());
export const erf = unary("erf", (x) => x.erf());
export const erfc = unary("erfc", (x) => x.erfc());
export const erfinv = unary("erfinv", (x) => x.erfinv());
export const exp = unary("exp", (x) => x.exp());
export const exp2 = unary("exp2", (x) => x.exp2());
export const expm1 = unary("expm1", (x) => x.expm1());
export const floor = unary("floor", (x) => x.floor());
export const frac = unary("frac", (x) => x.sub(x.trunc()));
export const isfinite = unary("isfinite", (x) => (x.kind === "f" ? x.isfinite() : x.eq(x)));
export const isinf = unary("isinf", (x) => (x.kind === "f" ? x.isinf() : x.ne(x)));
export const isnan = unary("isnan", (x) => (x.kind === "f" ? x.isnan() : x.ne(x)));
export const isneginf = unary("isneginf", (x) => (x.kind === "f" ? x.isinf().and(x.lt(0)) : x.ne(x)));
export const isposinf = unary("isposinf", (x) => (x.kind === "f" ? x.isinf().and(x.gt(0)) : x.ne(x)));
export const isreal = unary("isreal", (x) => (x.kind === "f" ? x.isnan().or(x.isnan().not()) : x.eq(x)));
export const lgamma = unary("lgamma", (x) => x.lgamma());
export const log = unary("log", (x) => x.log());
export const log10 = unary("log10", (x) => x.log10());
export const log1p = unary("log1p", (x) => x.log1p());
export const log2 = unary("log2", (x) => x.log2());
export const logicalNot = unary("logicalNot", (x) => x.logicalNot());
const negated = unary("neg", (x) => x.neg());
/** -x; not for booleans (`torch.neg`). */
export const neg = op("neg", [], (x: Tensor): Tensor => {
  if (x.dtype === "bool") throw new DTypeError("neg", "expected numbers, got a bool tensor; use logicalNot");
  return negated(x);
});
export const negative = neg;
export const rad2deg = unary("rad2deg", (x) => x.toFloat().mul(180 / Math.PI));
export const reciprocal = unary("reciprocal", (x) => x.reciprocal());
export const relu = unary("relu", (x) => x.relu());
export const rsqrt = unary("rsqrt", (x) => x.rsqrt());
export const sgn = unary("sgn", (x) => x.sign(), { dtype: "promote" });
export const sigmoid = unary("sigmoid", (x) => x.sigmoid());
export const sign = unary("sign", (x) => x.sign(), { dtype: "promote" });
export const signbit = unary("signbit", (x) => x.signbit());
export const sin = unary("sin", (x) => x.sin());
/** sin(pi x) / (pi x), 1 at 0. */
export const sinc = unary("sinc", (x) => {
  const t = x.toFloat().mul(Math.PI);
  return t.eq(0).where(1, t.sin().div(t));
});
export const sinh = unary("sinh", (x) => x.sinh());
export const sqrt = unary("sqrt", (x) => x.sqrt());
export const square = unary("square", (x) => x.square());
export const tan = unary("tan", (x) => x.tan());
export const tanh = unary("tanh", (x) => x.tanh());
export const trunc = unary("trunc", (x) => x.trunc());
export const fix = trunc;
