/** New tensors that take dtype and device from another: methods of tensors. */
import type { Scalar } from "../fused/dtypes.js";
import { noGrad } from "../gradMode.js";
import type { HostArray, NestedArray } from "../tensor/host.js";
import type { Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import {
  type CreationOptions,
  empty,
  full,
  like,
  ones,
  type SizeArgs,
  splitSizes,
  tensor,
  zeros,
} from "./creation.js";

const sized =
  (name: string, make: (shape: Shape, options: CreationOptions) => Tensor) =>
  (x: Tensor, ...args: SizeArgs): Tensor => {
    const { shape, options } = splitSizes(name, args);
    return make(shape, like(x, options));
  };

/** Zeros of a shape in x's dtype and on its device (`Tensor.new_zeros`). */
export const newZeros = sized("newZeros", zeros);
/** Ones of a shape in x's dtype and on its device (`Tensor.new_ones`). */
export const newOnes = sized("newOnes", ones);
/** Uninitialised memory of a shape in x's dtype and on its device (`Tensor.new_empty`). */
export const newEmpty = sized("newEmpty", empty);
/** One value in a shape, in x's dtype and on its device (`Tensor.new_full`). */
export const newFull = (x: Tensor, size: Shape, value: Scalar, options: CreationOptions = {}): Tensor =>
  full(size, value, like(x, options));
/** Values in x's dtype and on its device (`Tensor.new_tensor`). */
export const newTensor = (
  x: Tensor,
  data: NestedArray | HostArray | Tensor,
  options: CreationOptions = {},
): Tensor =>
  data instanceof Tensor
    ? noGrad(() => data.to({ ...like(x, options), copy: true }))
    : tensor(data, like(x, options));
/** Uninitialised memory of a shape with the given strides (`Tensor.new_empty_strided`). */
export const newEmptyStrided = (
  x: Tensor,
  size: Shape,
  stride: readonly number[],
  options: CreationOptions = {},
): Tensor => emptyStrided(size, stride, like(x, options));

/** Uninitialised memory of a shape with the given strides, in elements (`torch.empty_strided`). */
export function emptyStrided(size: Shape, stride: readonly number[], options: CreationOptions = {}): Tensor {
  const isEmpty = size.some((n) => n === 0);
  const extent = isEmpty ? 0 : size.reduce((last, n, d) => last + (n - 1) * (stride[d] ?? 0), 1);
  return empty([extent], options).asStrided(size, stride);
}
