/** The dtype in which sums, products and their running forms are computed. */
import { checkDType, type DType, isFloat } from "../../dtype.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The one asked for; else x's, but int32 for narrower integers and booleans, so that totals do not overflow at once. */
export const totalDType = (op: string, x: Tensor, given: DType | null): DType =>
  checkDType(op, given ?? (isFloat(x.dtype) || x.dtype === "int64" ? x.dtype : "int32"));
