/** Tensors of what may already be one. */
import type { Scalar } from "../fused/dtypes.js";
import type { HostArray, NestedArray } from "../tensor/host.js";
import { Tensor } from "../tensor/tensor.js";
import { type CreationOptions, full, tensor } from "./creation.js";

/** The tensor itself where dtype and device fit, else a converted one; other values as `tensor` takes them (`torch.as_tensor`). */
export function asTensor(data: Tensor | NestedArray | HostArray, options: CreationOptions = {}): Tensor {
  return data instanceof Tensor ? data.to(options) : tensor(data, options);
}

/** A 0-d tensor of one value (`torch.scalar_tensor`); the default float unless told otherwise. */
export const scalarTensor = (value: Scalar, options: CreationOptions = {}): Tensor =>
  options.dtype === undefined ? tensor(Number(value), options) : full([], value, options);
