/** What a maximum or a minimum of nothing starts from. */
import { type DType, isFloat, isInt } from "../../dtype.js";
import { iinfo } from "../../finfo.js";

/** The least (sign -1) or greatest (sign 1) value of a dtype. */
export function extremeOf(dtype: DType, sign: 1 | -1): number | bigint | boolean {
  if (isFloat(dtype)) return sign * Number.POSITIVE_INFINITY;
  if (isInt(dtype)) return iinfo(dtype)[sign > 0 ? "max" : "min"];
  return sign > 0;
}
