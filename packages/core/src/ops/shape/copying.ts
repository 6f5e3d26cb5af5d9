/** Copies and conversions that are recorded for backward. */
import type { DType } from "../../dtype.js";
import { copyParams } from "../../primitives/copy.js";
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";

/** A contiguous copy, differentiable. */
export const copied = (x: Tensor): Tensor => applyOne("fused", [x], copyParams(x, x.shape, x.dtype));

/** `x` as `dtype`; `x` itself where it has that dtype already. */
export const converted = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype ? x : applyOne("fused", [x], copyParams(x, x.shape, dtype));
