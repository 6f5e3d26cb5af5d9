/** Choosing between values by a condition. */
import { DTypeError } from "../../errors.js";
import type { TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import { Tensor } from "../../tensor/tensor.js";

const choose = pointwise("where", (condition, x, other) => condition.where(x, other), {
  dtype: "promote",
  promote: [1, 2],
});
/** x where the condition holds, else other, broadcast together (`torch.where`). */
export function where(condition: Tensor, x: TensorLike, other: TensorLike): Tensor {
  if (!(condition instanceof Tensor) || (condition.dtype !== "bool" && condition.dtype !== "uint8")) {
    throw new DTypeError(
      "where",
      `expected a bool tensor as the condition, got ${condition instanceof Tensor ? condition.dtype : typeof condition}`,
    );
  }
  return choose(condition, x, other);
}

/** Numbers that fill where a mask holds: kept here because the fill value is weak (`torch.masked_fill` with a number). */
export const fillWhere = pointwise("maskedFill", (x, mask, value) => mask.where(value, x), {
  dtype: "promote",
  promote: [0],
});
