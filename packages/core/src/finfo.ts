/** Limits of the number types. */
import { checkDType, type FloatDType, type IntDType, isFloat, isInt } from "./dtype.js";
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

const floats: Record<FloatDType, FloatInfo> = {
  float16: { max: 65504, min: -65504, eps: 2 ** -10, tiny: 2 ** -14, bits: 16 },
  bfloat16: {
    max: (2 - 2 ** -7) * 2 ** 127,
    min: -(2 - 2 ** -7) * 2 ** 127,
    eps: 2 ** -7,
    tiny: 2 ** -126,
    bits: 16,
  },
  float32: {
    max: (2 - 2 ** -23) * 2 ** 127,
    min: -(2 - 2 ** -23) * 2 ** 127,
    eps: 2 ** -23,
    tiny: 2 ** -126,
    bits: 32,
  },
  float64: { max: Number.MAX_VALUE, min: -Number.MAX_VALUE, eps: 2 ** -52, tiny: 2 ** -1022, bits: 64 },
};

interface IntInfo {
  readonly min: bigint;
  readonly max: bigint;
  readonly bits: number;
}

const ints: Record<IntDType, IntInfo> = {
  uint8: { min: 0n, max: 255n, bits: 8 },
  int8: { min: -128n, max: 127n, bits: 8 },
  int16: { min: -32768n, max: 32767n, bits: 16 },
  int32: { min: -(2n ** 31n), max: 2n ** 31n - 1n, bits: 32 },
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n, bits: 64 },
};

/** Limits of a floating-point dtype (`torch.finfo`). Throws DTypeError for others. */
export function finfo(dtype: FloatDType): FloatInfo {
  if (!isFloat(checkDType("finfo", dtype)))
    throw new DTypeError("finfo", `expected a float dtype, got ${dtype}; iinfo tells the limits of integers`);
  return floats[dtype];
}

/** Limits of an integer dtype (`torch.iinfo`). Throws DTypeError for others. */
export function iinfo(dtype: IntDType): IntInfo {
  if (!isInt(checkDType("iinfo", dtype)))
    throw new DTypeError(
      "iinfo",
      `expected an integer dtype, got ${dtype}; finfo tells the limits of floats`,
    );
  return ints[dtype];
}
