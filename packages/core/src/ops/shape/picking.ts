/** Elements by an index tensor along one dimension. */
import { applyOne } from "../../primitives/dispatch.js";
import type { Tensor } from "../../tensor/tensor.js";
import { viewAsShape } from "./slicing.js";

/** A 1-d index laid along `dim` of a tensor of `rank` dimensions. */
export const alongDim = (index: Tensor, dim: number, rank: number): Tensor =>
  viewAsShape(index, [index.numel, ...new Array<number>(rank - 1 - dim).fill(1)]);

/** Copies of the slices of `x` along `dim` that the 1-d `index` names; `x` has at least one dimension. */
export function pick(op: string, x: Tensor, dim: number, index: Tensor): Tensor {
  const shape = x.shape.map((n, d) => (d === dim ? index.numel : n));
  const coordinates = shape.map((_, d) => (d === dim ? { index: 0 } : { axis: d }));
  return applyOne("gather", [x, alongDim(index, dim, shape.length)], { op, coordinates, wrap: false, shape });
}

/** The elements of a 1-d `x` at the positions of `index`, in its shape; with `wrap` negative ones count from the end. */
export const elementsAt = (op: string, x: Tensor, index: Tensor, wrap = false): Tensor =>
  applyOne("gather", [x, index], { op, coordinates: [{ index: 0 }], wrap, shape: index.shape });
