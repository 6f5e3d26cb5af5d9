/** 16-bit floats as bits: exact to float32, rounded to the nearest even on the way back. */
import { isNan } from "../functions/bits.js";
import { define } from "../functions/define.js";
import { u32, type Value } from "../ir/value.js";

/** float16 bits (in the low half of a word) to float32. Subnormals go by way of an integer, since devices may flush them. */
export const float16ToFloat = define("float16_to_float", ["u32"], "f32", (_, half) => {
  const sign = half.and(0x8000).shl(16);
  const exponent = half.shr(10).and(31);
  const small = half
    .and(1023)
    .to("f32")
    .mul(2 ** -24);
  const rebiased = half
    .and(0x7fff)
    .shl(13)
    .add(112 << 23);
  const special = rebiased.add(112 << 23);
  const size = exponent.eq(0).select(small.bits("u32"), exponent.eq(31).select(special, rebiased));
  return size.or(sign).bits("f32");
});

/** float32 to float16 bits. */
export const floatToFloat16 = define("float_to_float16", ["f32"], "u32", (code, x) => {
  const bits = code.let(x.bits("u32"));
  const size = code.let(bits.and(0x7fffffff));
  const sign = bits.shr(16).and(0x8000);
  const odd = size.shr(13).and(1);
  const normal = size
    .sub(112 << 23)
    .add(0xfff)
    .add(odd)
    .shr(13);
  const subnormal = size
    .bits("f32")
    .mul(2 ** 24)
    .round()
    .to("u32"); // prettier-ignore
  const finite = size.lt(113 << 23).select(subnormal, normal);
  const huge = size.gt(0x7f800000).select(u32(0x7e00), u32(0x7c00));
  return size.ge(0x477ff000).select(huge, finite).or(sign);
});

export const bfloat16ToFloat = (half: Value): Value => half.shl(16).bits("f32");

/** float32 to bfloat16 bits. */
export const floatToBfloat16 = define("float_to_bfloat16", ["f32"], "u32", (code, x) => {
  const bits = code.let(x.bits("u32"));
  const rounded = bits.add(0x7fff).add(bits.shr(16).and(1)).shr(16);
  return isNan(x).select(u32(0x7fc0), rounded);
});
