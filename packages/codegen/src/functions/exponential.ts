/**
 * Exponentials of float32, about 1 ulp wrong. Devices may be hundreds of ulp wrong in `exp` (WGSL allows 3 + 2|x|), so
 * these are polynomials on a reduced argument: the same numbers everywhere.
 */
import type { Code } from "../ir/builder.js";
import { f32, type Value } from "../ir/value.js";
import { isNan, powerOfTwo, withSign } from "./bits.js";
import { float } from "./define.js";
import { polynomial } from "./polynomial.js";

const ln2High = 0.693359375;
const ln2Low = -2.1219444e-4;
/** (e^r - 1 - r) / r^2 on |r| <= log(2)/2, relative error 3e-9. */
const tail = [0.500000009, 0.166665189, 0.0416662075, 0.00836888555, 0.0013950372];

/** e^r - 1 for |r| <= log(2)/2. */
const reduced = (r: Value): Value => r.add(r.mul(r).mul(polynomial(tail, r)));
/** x 2^n, in two steps so that results below the normal range are reached. */
function scaled(code: Code, x: Value, n: Value): Value {
  const most = code.let(n.min(100).max(-100));
  return x.mul(powerOfTwo(most)).mul(powerOfTwo(n.sub(most)));
}

/** What makes a float of up to 2^22 in size keep its nearest whole number in its last bits. */
const shift = 1.5 * 2 ** 23;
const shiftBits = 0x4b400000;
/** The nearest whole number; several times as fast as rounding and converting where a processor stands in for a GPU. */
const nearest = (code: Code, x: Value): Value => code.let(x.add(shift).bits("i32").sub(shiftBits));

export const exp = float("exp", (code, x) => {
  const clamped = code.let(x.min(89).max(-104));
  const n = nearest(code, clamped.mul(Math.LOG2E));
  const k = code.let(n.to("f32"));
  const r = code.let(clamped.sub(k.mul(ln2High)).sub(k.mul(ln2Low)));
  return isNan(x).select(x, scaled(code, reduced(r).add(1), n));
});

export const exp2 = float("exp2", (code, x) => {
  const clamped = code.let(x.min(129).max(-151));
  const n = nearest(code, clamped);
  const r = code.let(clamped.sub(n.to("f32")).mul(Math.LN2));
  return isNan(x).select(x, scaled(code, reduced(r).add(1), n));
});

export const expm1 = float("expm1", (code, x) => {
  const near = code.let(x.max(-0.35).min(0.35));
  return x
    .abs()
    .le(0.34657)
    .select(x.eq(0).select(x, reduced(near)), exp(x).sub(1));
});

export const sigmoid = float("sigmoid", (code, x) => {
  const e = code.let(exp(x.abs().neg()));
  return x.lt(0).select(e, f32(1)).div(e.add(1));
});

export const tanh = float("tanh", (code, x) => {
  const e = code.let(expm1(x.abs().min(9.1).mul(2)));
  return isNan(x).select(x, withSign(e.div(e.add(2)), x));
});

/** (e^x - e^-x) / 2; the halves of x are exponentiated where e^x would overflow. */
export const sinh = float("sinh", (code, x) => {
  const size = code.let(x.abs());
  const e = code.let(expm1(size));
  const near = e.add(e.div(e.add(1))).mul(0.5);
  const root = code.let(exp(size.mul(0.5)));
  return withSign(size.gt(85).select(root.mul(0.5).mul(root), near), x);
});

export const cosh = float("cosh", (code, x) => {
  const size = code.let(x.abs());
  const e = code.let(exp(size));
  const root = code.let(exp(size.mul(0.5)));
  return size.gt(85).select(root.mul(0.5).mul(root), e.add(f32(1).div(e)).mul(0.5));
});
