/** Limits of the number types. */
import { bytesOf, checkDType, type FloatDType, type IntDType, isFloat, isInt } from "./dtype.js";
import { DTypeError } from "./errors.js";

interface FloatInfo {
  /** Greatest finite value. */
  readonly max: number;
  readonly min: number;
  /** Distance from 1 to the next value. */
  readonly eps: number;
  /** Least positive normal value. */
  readonly tiny: number;
  readonly bits: number;
}

/** Bits of the mantissa, and the greatest exponent. */
const floats: Record<FloatDType, readonly [mantissa: number, exponent: number]> = {
  float16: [10, 15],
  bfloat16: [7, 127],
  float32: [23, 127],
  float64: [52, 1023],
};

interface IntInfo {
  readonly min: bigint;
  readonly max: bigint;
  readonly bits: number;
}

/** Limits of a floating-point dtype (`torch.finfo`). Throws DTypeError for others. */
export function finfo(dtype: FloatDType): FloatInfo {
  if (!isFloat(checkDType("finfo", dtype)))
    throw new DTypeError("finfo", `expected a float dtype, got ${dtype}; iinfo tells the limits of integers`);
  const [mantissa, exponent] = floats[dtype];
  const eps = 2 ** -mantissa;
  const max = (2 - eps) * 2 ** exponent;
  return { max, min: -max, eps, tiny: 2 ** (1 - exponent), bits: 8 * bytesOf(dtype) };
}

/** Limits of an integer dtype (`torch.iinfo`). Throws DTypeError for others. */
export function iinfo(dtype: IntDType): IntInfo {
  if (!isInt(checkDType("iinfo", dtype)))
    throw new DTypeError(
      "iinfo",
      `expected an integer dtype, got ${dtype}; finfo tells the limits of floats`,
    );
  const bits = 8 * bytesOf(dtype);
  const min = dtype === "uint8" ? 0n : -(2n ** BigInt(bits - 1));
  return { min, max: min + 2n ** BigInt(bits) - 1n, bits };
}
