/** Resizing: another shape over the same memory, in place. */
import { bytesOf } from "../../dtype.js";
import { copyInto, packed } from "../../primitives/copy.js";
import { become } from "../../tensor/inplace.js";
import { checkShape, contiguousStrides, numelOf, type Shape } from "../../tensor/shape.js";
import { allocate, type Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { asStrided } from "./slices.js";
import { sliceAlong, viewAsShape } from "./slicing.js";
import { variadic } from "./variadic.js";

/** Makes x the first elements of its memory in a new shape; memory that must grow is new, and what it gains undefined. */
function resized(name: string, x: Tensor, shape: Shape): Tensor {
  checkShape(name, shape);
  const needed = numelOf(shape);
  const capacity = Math.floor(x.storage.bytes / bytesOf(x.dtype)) - x.offset;
  if (needed <= capacity) return become(name, x, asStrided(x, shape, contiguousStrides(shape)));
  const grown = allocate(x.device, x.dtype, shape);
  const flat = viewAsShape(grown, [needed]);
  const old = asStrided(x, [capacity], [1]);
  if (capacity > 0) copyInto(sliceAlong(flat, 0, 0, capacity), packed(old));
  return become(name, x, grown);
}

/** Another shape over the same memory, which grows if it must (`Tensor.resize_`). Values beyond the old ones are undefined. */
export const resize_ = variadic("resize_", "size", resized);
/** `resize_` to the shape of another tensor (`Tensor.resize_as_`). */
export const resizeAs_ = op(
  "resizeAs_",
  ["other"],
  (x: Tensor, other: Tensor): Tensor => resized("resizeAs_", x, other.shape),
);
