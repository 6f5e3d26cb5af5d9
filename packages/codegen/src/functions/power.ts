/** Powers of float32, within about 2 ulp where the device keeps to the order of operations. */
import { f32 } from "../ir/value.js";
import { head, infinity, isInfinite, isNan, isReal, notANumber, powerOfTwo } from "./bits.js";
import { float } from "./define.js";
import { exp2 } from "./exponential.js";
import { curved, splitLog } from "./logarithm.js";

const log2eHead = 1.4423828125;
const log2eTail = Math.LOG2E - 1.4423828125;

/** 2^(y log2 |x|), the logarithm in heads and tails: its rounding would count y times. */
const magnitudePower = float("power_size", (code, a, y) => {
  const { k, f } = splitLog(code, a);
  const curve = code.let(curved(f));
  const sum = code.let(f.add(curve));
  const lost = curve.sub(sum.sub(f));
  const sumHead = code.let(head(sum));
  const m = code.let(sumHead.mul(log2eHead));
  const mTail = code.let(sum.sub(sumHead).mul(log2eHead).add(sum.mul(log2eTail)).add(lost.mul(Math.LOG2E)));
  const yHead = code.let(head(y));
  const mHead = code.let(head(m));
  const whole = code.let(yHead.mul(k));
  const part = code.let(yHead.mul(mHead));
  const fine = code.let(yHead.mul(m.sub(mHead).add(mTail)).add(y.sub(yHead).mul(k.add(m.add(mTail)))));
  const n = code.let(whole.add(part).add(fine).round().min(160).max(-160));
  const rest = code.let(whole.sub(n).add(part).add(fine).max(-64).min(64));
  const scale = code.let(n.to("i32"));
  return exp2(rest)
    .mul(powerOfTwo(scale.shr(1)))
    .mul(powerOfTwo(scale.sub(scale.shr(1))));
});

export const pow = float("pow", (code, x, y) => {
  const a = code.let(x.abs());
  const integral = code.let(y.eq(y.round()));
  const odd = code.let(integral.and(y.mul(0.5).ne(y.mul(0.5).round())));
  const up = y.gt(0);
  const zero = up.select(f32(0), infinity);
  const huge = up.select(infinity, f32(0));
  const bigger = a.gt(1).select(huge, a.eq(1).select(f32(1), zero));
  const finite = isReal(y).select(magnitudePower(a, y), bigger);
  const size = code.let(a.eq(0).select(zero, isInfinite(a).select(huge, finite)));
  const signed = odd.and(x.bits("i32").lt(0)).select(size.neg(), size);
  const real = x.lt(0).and(integral.not()).and(isReal(a)).select(notANumber, signed);
  const unordered = isNan(x).or(isNan(y)).select(x.add(y), real);
  return y.eq(0).or(x.eq(1)).select(f32(1), unordered);
});
