/**
 * The two 16-bit floats as bits and as numbers. Encoding rounds once, from the full double, to the nearest value and on
 * a tie to the even one; decoding is exact.
 */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);
const highWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

const evenAnchor = 2 ** 52;
/** Nearest integer, ties to even, for 0 <= x < 2^51: adding 2^52 leaves no fraction bits to keep. */
const roundEven = (x: number): number => x + evenAnchor - evenAnchor;

/** Exponent of a normal double: floor(log2(x)). */
function exponentOf(x: number): number {
  double[0] = x;
  return ((words[highWord]! >>> 20) & 0x7ff) - 1023;
}

function encode(value: number, mantissaBits: number, maxExponent: number): number {
  const minExponent = 1 - maxExponent;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const infinity = (maxExponent - minExponent + 2) << mantissaBits;
  if (Number.isNaN(value)) return infinity | (1 << (mantissaBits - 1));
  const size = Math.abs(value);
  const exponent = Math.max(exponentOf(size), minExponent);
  if (exponent > maxExponent) return sign | infinity;
  // In units of the last place; at the smallest exponent the count below one hidden bit is the subnormal itself, and
  // a count that rounds up to the next power of two carries into the exponent field by plain addition.
  const units = roundEven(size * 2 ** (mantissaBits - exponent));
  return sign | (((exponent - minExponent) << mantissaBits) + units);
}

/** Bits of the float16 nearest to `value`. */
export const encodeFloat16 = (value: number): number => encode(value, 10, 15);

/** The value of float16 bits. */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (mantissa + 0x400) * 2 ** (exponent - 25);
}

/** Bits of the bfloat16 nearest to `value`. */
export const encodeBfloat16 = (value: number): number => encode(value, 7, 127);

/** The value of bfloat16 bits: the upper half of a float32. */
export function decodeBfloat16(bits: number): number {
  singleBits[0] = (bits << 16) >>> 0;
  return single[0]!;
}
