/** Logarithms of float32, about 1 ulp wrong, and the inverse hyperbolic functions that rest on them. */
import type { Code } from "../ir/builder.js";
import { f32, type Value } from "../ir/value.js";
import { infinity, isNan, isReal, notANumber, withSign } from "./bits.js";
import { float } from "./define.js";
import { exp } from "./exponential.js";
import { polynomial } from "./polynomial.js";

const ln2High = 0.693359375;
const ln2Low = -2.1219444e-4;
/** (log(1+f) - f + f^2/2) / f^3 for sqrt(1/2) <= 1+f <= sqrt(2), relative error 7e-10. */
const tail = [
  0.333333104, -0.249999868, 0.200022272, -0.166692419, 0.142186404, -0.123844926, 0.118732405, -0.117890643,
  0.0691390451,
];
const sqrtHalfBits = 0x3f3504f3;

/** A positive float as 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2). */
export function splitLog(code: Code, x: Value): { k: Value; f: Value } {
  const denormal = code.let(x.lt(2 ** -126));
  const y = code.let(denormal.select(x.mul(2 ** 23), x).bits("i32"));
  const e = code.let(y.sub(sqrtHalfBits).shr(23));
  const k = e.to("f32").sub(denormal.select(f32(23), f32(0)));
  return { k: code.let(k), f: code.let(y.sub(e.shl(23)).bits("f32").sub(1)) };
}

/** log(1+f) - f on the reduced range. */
export const curved = (f: Value): Value => f.mul(f).mul(f.mul(polynomial(tail, f)).sub(0.5));

/** The value at 0, at infinity and where there is none. */
function withLimits(x: Value, value: Value): Value {
  const positive = x.gt(0).select(isReal(x).select(value, x), infinity.neg());
  return x.ge(0).and(isNan(x).not()).select(positive, isNan(x).select(x, notANumber));
}

export const log = float("log", (code, x) => {
  const { k, f } = splitLog(code, x);
  const value = k.mul(ln2High).add(f.add(curved(f).add(k.mul(ln2Low))));
  return withLimits(x, value);
});

/** Logarithm to a base: the exponent's share, high and low, and the factor of the rest. */
const toBase = (name: string, high: number, low: number, factor: number) =>
  float(name, (code, x) => {
    const { k, f } = splitLog(code, x);
    const value = k.mul(high).add(f.add(curved(f)).mul(factor).add(k.mul(low)));
    return withLimits(x, value);
  });
export const log2 = toBase("log2", 1, 0, Math.LOG2E);
export const log10 = toBase("log10", 0.30102539, 4.605039e-6, Math.LOG10E); // prettier-ignore

/** Near 0 by the series of 2 atanh(x / (2 + x)), which nothing cancels in. */
export const log1p = float("log1p", (code, x) => {
  const near = code.let(x.max(-0.35).min(0.5));
  const s = code.let(near.div(near.add(2)));
  const series = s.mul(2).mul(polynomial([1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13], s.mul(s)));
  const small = x.gt(-0.35).and(x.lt(0.5));
  return small.select(x.eq(0).select(x, series), log(x.add(1)));
});

export const softplus = float("softplus", (_, x) => {
  const value = x.max(0).add(log1p(exp(x.abs().neg())));
  return isNan(x).select(x, value);
});

export const logaddexp = float("logaddexp", (code, a, b) => {
  const high = code.let(a.max(b));
  const value = high.add(log1p(exp(a.sub(b).abs().neg())));
  const equal = code.let(a.bits("u32").eq(b.bits("u32")));
  const unordered = isNan(a).or(isNan(b));
  return unordered.select(a.add(b), equal.select(a.add(Math.LN2), isReal(high).select(value, high)));
});

export const asinh = float("asinh", (code, x) => {
  const a = code.let(x.abs());
  const near = log1p(a.add(a.mul(a).div(a.mul(a).add(1).sqrt().add(1))));
  return withSign(a.gt(1e9).select(log(a).add(Math.LN2), near), x);
});

export const acosh = float("acosh", (code, x) => {
  const t = code.let(x.sub(1));
  const near = log1p(t.add(t.mul(t.add(2)).sqrt()));
  const far = log(x).add(Math.LN2);
  return x.ge(1).select(x.gt(1e9).select(far, near), isNan(x).select(x, notANumber));
});

export const atanh = float("atanh", (code, x) => {
  const a = code.let(x.abs());
  return withSign(log1p(a.mul(2).div(f32(1).sub(a))).mul(0.5), x);
});
