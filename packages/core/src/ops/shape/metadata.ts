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

/** The form of an operator that makes a view in which the tensor itself becomes that view. */
const becoming = <A extends unknown[], const N extends readonly string[]>(
  name: string,
  names: N,
  view: (x: Tensor, ...rest: A) => Tensor,
) => op(name, names, (x: Tensor, ...rest: A): Tensor => become(name, x, view(x, ...rest)));

/** `squeeze` in place (`Tensor.squeeze_`). */
export const squeeze_ = becoming<[dim?: number | readonly number[] | null], ["dim"]>(
  "squeeze_",
  ["dim"],
  squeeze,
);
/** `unsqueeze` in place (`Tensor.unsqueeze_`). */
export const unsqueeze_ = becoming<[dim: number], ["dim"]>("unsqueeze_", ["dim"], unsqueeze);
/** `t` in place (`Tensor.t_`). */
export const t_ = becoming<[], []>("t_", [], t);
/** `transpose` in place (`Tensor.transpose_`). */
export const transpose_ = becoming<[dim0: number, dim1: number], ["dim0", "dim1"]>(
  "transpose_",
  ["dim0", "dim1"],
  transpose,
);
/** `swapaxes` in place (`Tensor.swapaxes_`). */
export const swapaxes_ = becoming<[axis0: number, axis1: number], ["axis0", "axis1"]>(
  "swapaxes_",
  ["axis0", "axis1"],
  swapaxes,
);
/** `swapdims` in place (`Tensor.swapdims_`). */
export const swapdims_ = becoming<[dim0: number, dim1: number], ["dim0", "dim1"]>(
  "swapdims_",
  ["dim0", "dim1"],
  swapdims,
);
/** `asStrided` in place (`Tensor.as_strided_`). */
export const asStrided_ = becoming<
  [size: readonly number[], stride: readonly number[], storageOffset?: number | null],
  ["size", "stride", "storageOffset"]
>("asStrided_", ["size", "stride", "storageOffset"], asStrided);

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
