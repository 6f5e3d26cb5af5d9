/** Elements picked by integer tensors. */
import { ShapeError } from "../../errors.js";
import { broadcastShapes, formatShape, normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectShape } from "../expect.js";
import { op } from "../op.js";
import { expandTo } from "../shape/expanding.js";
import { elementsAt, pick } from "../shape/picking.js";
import { reshape } from "../shape/reshape.js";
import { atLeastOneDim, viewAsShape } from "../shape/slicing.js";
import { checkIndex, gatherAlong } from "./along.js";

/** Along `dim` the element that `index` names, elsewhere the same position; the result has the shape of `index` (`torch.gather`). */
export const gather = op(
  "gather",
  ["dim", "index", "sparseGrad"],
  (x: Tensor, dim: number, index: Tensor, _sparseGrad = false): Tensor =>
    gatherAlong("gather", x, dim, index),
);

/** The slices along `dim` that a 1-d `index` names, copied (`torch.index_select`). */
export const indexSelect = op(
  "indexSelect",
  ["dim", "index"],
  (x: Tensor, dim: number, index: Tensor): Tensor => {
    checkIndex("indexSelect", index);
    expectShape("indexSelect", index.shape.length <= 1, "an index of rank 0 or 1", index);
    const at = normalizeDim("indexSelect", dim, x.shape.length);
    if (x.shape.length === 0 && index.numel !== 1)
      throw new ShapeError("indexSelect", `expected one index for a 0-d tensor, got ${index.numel}`);
    const out = pick("indexSelect", atLeastOneDim(x), at, atLeastOneDim(index));
    return x.shape.length === 0 ? viewAsShape(out, []) : out;
  },
);

/** The elements of the flattened tensor at the positions of `index`, in its shape; negative ones count from the end (`torch.take`). */
export const take = op("take", ["index"], (x: Tensor, index: Tensor): Tensor => {
  checkIndex("take", index);
  return elementsAt("take", reshape(x, [x.numel]), index, true);
});

/** As `gather`, broadcasting `x` and `indices` elsewhere; flattened without `dim` (`torch.take_along_dim`). */
export const takeAlongDim = op(
  "takeAlongDim",
  ["indices", "dim"],
  (x: Tensor, indices: Tensor, dim?: number | null): Tensor => {
    const name = "takeAlongDim";
    checkIndex(name, indices);
    if (dim === undefined || dim === null)
      return gatherAlong(name, reshape(x, [x.numel]), 0, reshape(indices, [indices.numel]));
    if (x.shape.length !== indices.shape.length) {
      throw new ShapeError(
        name,
        `expected tensors of equal rank, got shapes ${formatShape(x.shape)} and ${formatShape(indices.shape)}`,
      );
    }
    const at = normalizeDim(name, dim, x.shape.length);
    const common = broadcastShapes(name, x.shape.with(at, 1), indices.shape.with(at, 1));
    return gatherAlong(
      name,
      expandTo(name, x, common.with(at, x.shape[at] as number)),
      at,
      expandTo(name, indices, common.with(at, indices.shape[at] as number)),
    );
  },
);
