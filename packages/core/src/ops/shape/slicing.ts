/** Views along one dimension and of another shape, the building blocks of narrowing, splitting and flipping. */
import { IndexError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { normalizeDim, type Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";

/** `size` elements of `x` along `dim`, from `start`, every `step` (which may be negative): a view. Bounds are the caller's to check. */
export function sliceAlong(x: Tensor, dim: number, start: number, size: number, step = 1): Tensor {
  return applyOne("slice", [x], {
    starts: x.shape.map((_, d) => (d === dim ? start : 0)),
    sizes: x.shape.map((n, d) => (d === dim ? size : n)),
    steps: x.shape.map((_, d) => (d === dim ? step : 1)),
  });
}

/** `x` in another shape of as many elements: a view where strides allow it. */
export const viewAsShape = (x: Tensor, shape: Shape): Tensor => applyOne("view", [x], { shape });

/** `x` without the dimension `dim`, which has size 1. */
export const dropDim = (x: Tensor, dim: number): Tensor =>
  viewAsShape(
    x,
    x.shape.filter((_, d) => d !== dim),
  );

/** `x` with a dimension of size 1 before `dim`. */
export const addDim = (x: Tensor, dim: number): Tensor => viewAsShape(x, x.shape.toSpliced(dim, 0, 1));

/** `x` with at least one dimension. */
export const atLeastOneDim = (x: Tensor): Tensor => (x.shape.length === 0 ? viewAsShape(x, [1]) : x);

/** `x` with dimension `from` moved to `to`: a view. */
export function moveDim(x: Tensor, from: number, to: number): Tensor {
  if (from === to) return x;
  const dims = x.shape.map((_, d) => d).filter((d) => d !== from);
  dims.splice(to, 0, from);
  return applyOne("permute", [x], { dims });
}

/** `x` with all dimensions in reverse: a view. */
export const reversed = (x: Tensor): Tensor =>
  applyOne("permute", [x], { dims: x.shape.map((_, d) => x.shape.length - 1 - d) });

/** A dimension that `x` has, counted from the front; 0-d tensors have none. */
export function ownDim(op: string, x: Tensor, dim: number): number {
  if (x.shape.length === 0)
    throw new ShapeError(op, "expected a tensor with at least one dimension, got a 0-d tensor");
  return normalizeDim(op, dim, x.shape.length);
}

/** A position in a dimension of `size` elements, counted from the front. */
export function positionIn(op: string, index: number, dim: number, size: number): number {
  if (!Number.isInteger(index) || index < -size || index >= size)
    throw new IndexError(op, `index ${index} is out of range for dimension ${dim} of size ${size}`);
  return index < 0 ? index + size : index;
}
