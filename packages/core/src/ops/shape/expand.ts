/** Broadcasting, and summing back. */
import { ShapeError } from "../../errors.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { sum } from "../reduction/fold.js";
import { expanded } from "./expanding.js";
import { viewAsShape } from "./slicing.js";
import { variadic } from "./variadic.js";

/** Dimensions of size 1 repeated to `sizes` without a copy, -1 keeps a size (`Tensor.expand`). */
export const expand = variadic("expand", "size", expanded);

/** Expanded to the shape of `other` (`Tensor.expand_as`). */
export const expandAs = op(
  "expandAs",
  ["other"],
  (x: Tensor, other: Tensor): Tensor => expanded("expandAs", x, other.shape),
);

/** Broadcast to `shape` without a copy (`torch.broadcast_to`). */
export const broadcastTo = variadic("broadcastTo", "size", expanded);

/** Summed over the dimensions along which `size` was broadcast to the tensor's shape (`Tensor.sum_to_size`). */
export const sumToSize = variadic("sumToSize", "size", (name, x, size) => {
  const shift = x.shape.length - size.length;
  const fits = shift >= 0 && size.every((n, d) => n === 1 || n === x.shape[d + shift]);
  if (!fits)
    throw new ShapeError(
      name,
      `size ${formatShape(size)} does not broadcast to shape ${formatShape(x.shape)}`,
    );
  const dims = x.shape
    .map((_, d) => d)
    .filter((d) => d < shift || (size[d - shift] === 1 && x.shape[d] !== 1));
  if (size.length === 0) return sum(x);
  return dims.length === 0 ? x : viewAsShape(sum(x, dims, true), size);
});
