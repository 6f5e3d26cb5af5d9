/** Tests and changes on the bits of a float32: comparisons with NaN or infinity may be optimised away by device compilers. */
import { f32, u32, type Value } from "../ir/value.js";

const magnitudeBits = (x: Value): Value => x.bits("u32").and(0x7fffffff);

export const isNan = (x: Value): Value => magnitudeBits(x).gt(0x7f800000);
export const isInfinite = (x: Value): Value => magnitudeBits(x).eq(0x7f800000);
export const isReal = (x: Value): Value => magnitudeBits(x).lt(0x7f800000);
export const signBit = (x: Value): Value => x.bits("u32").ge(u32(0x80000000));
/** |x| with the sign of `sign`. */
export const withSign = (x: Value, sign: Value): Value =>
  magnitudeBits(x).or(sign.bits("u32").and(0x80000000)).bits("f32");
export const infinity = f32(Number.POSITIVE_INFINITY);
export const notANumber = f32(Number.NaN);
/** 2^n of an integer between -126 and 127. */
export const powerOfTwo = (n: Value): Value => n.add(127).shl(23).bits("f32");
/** The leading 12 bits, so that the product of two heads is exact. */
export const head = (x: Value): Value => x.bits("u32").and(0xfffff000).bits("f32");
