/** Parts of a tensor: views. */

import { bytesOf } from "../../dtype.js";
import { ArgumentError, IndexError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { expectInteger, planeOf } from "../expect.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { readNumber } from "./reading.js";
import { dropDim, ownDim, positionIn, sliceAlong } from "./slicing.js";

function narrowed(name: string, x: Tensor, dim: number, start: number | Tensor, length: number): Tensor {
  const at = ownDim(name, x, dim);
  const size = x.shape[at] as number;
  const given = start instanceof Tensor ? readNumber(name, start) : start;
  const from = given < 0 ? given + size : given;
  if (given < -size || from > size) {
    throw new IndexError(
      name,
      `start ${given} is out of range for dimension ${dim} of size ${size}; expected ${-size} to ${size}`,
    );
  }
  if (!Number.isInteger(length) || length < 0 || from + length > size) {
    throw new ShapeError(name, `${length} elements from ${from} do not fit dimension ${dim} of size ${size}`);
  }
  return sliceAlong(x, at, from, length);
}

/** `length` elements of dimension `dim` from `start` on: a view (`torch.narrow`). */
export const narrow = op(
  "narrow",
  ["dim", "start", "length"],
  (x: Tensor, dim: number, start: number | Tensor, length: number): Tensor =>
    narrowed("narrow", x, dim, start, length),
);

/** As `narrow`, but a copy (`torch.narrow_copy`). */
export const narrowCopy = op(
  "narrowCopy",
  ["dim", "start", "length"],
  (x: Tensor, dim: number, start: number, length: number): Tensor =>
    copied(narrowed("narrowCopy", x, dim, start, length)),
);

/** The slice at `index` of dimension `dim`, without that dimension: a view (`torch.select`). */
export const select = op("select", ["dim", "index"], (x: Tensor, dim: number, index: number): Tensor => {
  const at = ownDim("select", x, dim);
  return dropDim(sliceAlong(x, at, positionIn("select", index, dim, x.shape[at] as number), 1), at);
});

/** The diagonal of the plane of `dim1` and `dim2` as the last dimension: a view (`torch.diagonal`). */
export const diagonal = op(
  "diagonal",
  ["offset", "dim1", "dim2"],
  (x: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor => {
    const [a, b] = planeOf("diagonal", dim1, dim2, x.shape.length);
    return applyOne("diagonal", [x], { offset, dim1: a, dim2: b });
  },
);

/** Windows of `size` elements every `step` along `dimension`, as a new last dimension: a view (`Tensor.unfold`). */
export const unfold = op(
  "unfold",
  ["dimension", "size", "step"],
  (x: Tensor, dimension: number, size: number, step: number): Tensor => {
    const at = normalizeDim("unfold", dimension, x.shape.length);
    const have = x.shape[at] ?? 1;
    if (!Number.isInteger(size) || size < 0 || size > have) {
      throw new ShapeError("unfold", `windows of ${size} do not fit dimension ${dimension} of size ${have}`);
    }
    expectInteger("unfold", 1, "a positive step", step);
    if (x.shape.length > 0) return applyOne("unfold", [x], { dim: at, size, step });
    return sliceAlong(applyOne("view", [x], { shape: [1] }), 0, 0, size);
  },
);

/** A view with any sizes, strides and offset, in elements of the storage (`torch.as_strided`). */
export const asStrided = op(
  "asStrided",
  ["size", "stride", "storageOffset"],
  (x: Tensor, size: readonly number[], stride: readonly number[], storageOffset?: number | null): Tensor => {
    const offset = storageOffset ?? x.offset;
    if (size.length !== stride.length) {
      throw new ShapeError(
        "asStrided",
        `expected as many strides as sizes, got ${formatShape(size)} and ${formatShape(stride)}`,
      );
    }
    if (![...size, ...stride, offset].every((n) => Number.isInteger(n) && n >= 0)) {
      throw new ArgumentError(
        "asStrided",
        `expected sizes, strides and offset that are not negative, got ${formatShape(size)}, ${formatShape(stride)}, ${offset}`,
      );
    }
    const last = size.reduce((sum, n, d) => sum + (n - 1) * (stride[d] as number), offset);
    const capacity = x.storage.bytes / bytesOf(x.dtype);
    if (last >= capacity && !size.includes(0)) {
      throw new ShapeError(
        "asStrided",
        `size ${formatShape(size)}, strides ${formatShape(stride)} and offset ${offset} reach element ${last} of a storage of ${capacity}`,
      );
    }
    return applyOne("asStrided", [x], { shape: size, strides: stride, offset });
  },
);
