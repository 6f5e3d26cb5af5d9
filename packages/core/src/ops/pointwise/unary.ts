/**
 * Elementwise operators of one tensor, named as in PyTorch, beside those that are rows of the scalar table as they stand
 * (`scalarTable.ts`). Each line is a function, a method and an in-place method; integers and booleans are computed in the default float
 * where the result is one.
 */
import { DTypeError } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { unary } from "./define.js";
import { operator } from "./scalarTable.js";

export const absolute = operator("abs");
export const arccos = operator("acos");
export const arccosh = operator("acosh");
export const arcsin = operator("asin");
export const arcsinh = operator("asinh");
export const arctan = operator("atan");
export const arctanh = operator("atanh");
export const bitwiseNot = unary("bitwiseNot", (x) => x.bitnot());
export const deg2rad = unary("deg2rad", (x) => x.mul(Math.PI / 180));
export const frac = unary("frac", (x) => x.sub(x.trunc()));
export const isfinite = unary("isfinite", (x) => x.toFloat().isfinite());
export const isinf = unary("isinf", (x) => x.toFloat().isinf());
export const isnan = unary("isnan", (x) => x.toFloat().isnan());
export const isneginf = unary("isneginf", (x) => x.toFloat().isinf().and(x.lt(0)));
export const isposinf = unary("isposinf", (x) => x.toFloat().isinf().and(x.gt(0)));
export const isreal = unary("isreal", (x) => x.eq(x).or(x.ne(x)));
export const logicalNot = unary("logicalNot");
const negated = unary("neg");
/** -x; not for booleans (`torch.neg`). */
export const neg = op("neg", [], (x: Tensor): Tensor => {
  if (x.dtype === "bool") throw new DTypeError("neg", "expected numbers, got a bool tensor; use logicalNot");
  return negated(x);
});
export const negative = neg;
export const rad2deg = unary("rad2deg", (x) => x.mul(180 / Math.PI));
export const sgn = unary("sgn", (x) => x.sign(), { dtype: "promote" });
export const sign = unary("sign", (x) => x.sign(), { dtype: "promote" });
/** sin(pi x) / (pi x), 1 at 0. */
export const sinc = unary("sinc", (x) => {
  const t = x.mul(Math.PI);
  return t.eq(0).where(1, t.sin().div(t));
});
export const square = unary("square");
export const fix = operator("trunc");
