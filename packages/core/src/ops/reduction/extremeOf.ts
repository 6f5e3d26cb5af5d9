/** What a maximum or a minimum of nothing starts from. */
import { bytesOf, type DType, isFloat } from "../../dtype.js";

/** The least (sign -1) or greatest (sign 1) value of a dtype. */
export function extremeOf(dtype: DType, sign: 1 | -1): number | bigint | boolean {
  if (isFloat(dtype)) return sign * Number.POSITIVE_INFINITY;
  if (dtype === "bool") return sign > 0;
  if (dtype === "uint8") return sign > 0 ? 255 : 0;
  const half = 2n ** BigInt(8 * bytesOf(dtype) - 1);
  return sign > 0 ? half - 1n : -half;
}
