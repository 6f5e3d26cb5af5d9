/** Operators that change only how a tensor lies on its memory, in place. */
import { bytesOf } from "../../dtype.js";
import { copyInto, packed } from "../../primitives/copy.js";
import { become } from "../../tensor/inplace.js";
import { checkShape, contiguousStrides, numelOf, type Shape } from "../../tensor/shape.js";
import { allocate, type Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { swapaxes, swapdims, t, transpose } from "./permute.js";
import { squeeze, unsqueeze } from "./reshape.js";
import { asStrided } from "./slices.js";
import { sliceAlong, viewAsShape } from "./slicing.js";
import { variadic } from "./variadic.js";

/** `squeeze` in place (`Tensor.squeeze_`). */
export const squeeze_ = op(
  "squeeze_",
  ["dim"],
  (x: Tensor, dim?: number | readonly number[] | null): Tensor => become("squeeze_", x, squeeze(x, dim)),
);
/** `unsqueeze` in place (`Tensor.unsqueeze_`). */
export const unsqueeze_ = op(
  "unsqueeze_",
  ["dim"],
  (x: Tensor, dim: number): Tensor => become("unsqueeze_", x, unsqueeze(x, dim)),
);
/** `t` in place (`Tensor.t_`). */
export const t_ = op("t_", [], (x: Tensor): Tensor => become("t_", x, t(x)));
/** `transpose` in place (`Tensor.transpose_`). */
export const transpose_ = op(
  "transpose_",
  ["dim0", "dim1"],
  (x: Tensor, dim0: number, dim1: number): Tensor => become("transpose_", x, transpose(x, dim0, dim1)),
);
/** `swapaxes` in place (`Tensor.swapaxes_`). */
export const swapaxes_ = op(
  "swapaxes_",
  ["axis0", "axis1"],
  (x: Tensor, axis0: number, axis1: number): Tensor => become("swapaxes_", x, swapaxes(x, axis0, axis1)),
);
/** `swapdims` in place (`Tensor.swapdims_`). */
export const swapdims_ = op(
  "swapdims_",
  ["dim0", "dim1"],
  (x: Tensor, dim0: number, dim1: number): Tensor => become("swapdims_", x, swapdims(x, dim0, dim1)),
);
/** `asStrided` in place (`Tensor.as_strided_`). */
export const asStrided_ = op(
  "asStrided_",
  ["size", "stride", "storageOffset"],
  (x: Tensor, size: readonly number[], stride: readonly number[], storageOffset?: number | null): Tensor =>
    become("asStrided_", x, asStrided(x, size, stride, storageOffset)),
);

/** The first elements of x's memory in a new shape; memory that must grow is new, and what it gains undefined. */
function resized(name: string, x: Tensor, shape: Shape): Tensor {
  checkShape(name, shape);
  const needed = numelOf(shape);
  const capacity = Math.floor(x.storage.bytes / bytesOf(x.dtype)) - x.offset;
  if (needed <= capacity) return asStrided(x, shape, contiguousStrides(shape));
  const grown = allocate(x.device, x.dtype, shape);
  const flat = viewAsShape(grown, [needed]);
  const old = asStrided(x, [capacity], [1]);
  if (capacity > 0) copyInto(sliceAlong(flat, 0, 0, capacity), packed(old));
  return grown;
}

/** Another shape over the same memory, which grows if it must (`Tensor.resize_`). Values beyond the old ones are undefined. */
export const resize_ = variadic("resize_", "size", (x, size) =>
  become("resize_", x, resized("resize_", x, size)),
);
/** `resize_` to the shape of another tensor (`Tensor.resize_as_`). */
export const resizeAs_ = op(
  "resizeAs_",
  ["other"],
  (x: Tensor, other: Tensor): Tensor => become("resizeAs_", x, resized("resizeAs_", x, other.shape)),
);
