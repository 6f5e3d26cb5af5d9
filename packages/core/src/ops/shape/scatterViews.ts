/** Copies in which a view is replaced: the counterparts of `select`, `narrow`, `diagonal` and `asStrided`. */
import { write } from "../../tensor/inplace.js";
import { normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectInteger, expectSameShape } from "../expect.js";
import { Slice } from "../indexing/slice.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { asStrided, diagonal, select } from "./slices.js";
import { sliceAlong } from "./slicing.js";

function replaced(name: string, x: Tensor, src: Tensor, view: (x: Tensor) => Tensor): Tensor {
  const out = copied(x);
  const target = view(out);
  expectSameShape(name, "a source", target.shape, src);
  write(name, target, src);
  return out;
}

/** A copy with `src` in place of `select(dim, index)` (`torch.select_scatter`). */
export const selectScatter = op(
  "selectScatter",
  ["src", "dim", "index"],
  (x: Tensor, src: Tensor, dim: number, index: number): Tensor =>
    replaced("selectScatter", x, src, (y) => select(y, dim, index)),
);

/** A copy with `src` in place of the elements start, start + step, … below end of dimension `dim` (`torch.slice_scatter`). */
export const sliceScatter = op(
  "sliceScatter",
  ["src", "dim", "start", "end", "step"],
  (
    x: Tensor,
    src: Tensor,
    dim = 0,
    start: number | null = null,
    end: number | null = null,
    step = 1,
  ): Tensor => {
    expectInteger("sliceScatter", 1, "a positive step", step);
    const at = normalizeDim("sliceScatter", dim, x.shape.length);
    const range = new Slice(start, end, step).within(x.shape[at] ?? 1);
    return replaced("sliceScatter", x, src, (y) => sliceAlong(y, at, range.start, range.count, step));
  },
);

/** A copy with `src` in place of a diagonal (`torch.diagonal_scatter`). */
export const diagonalScatter = op(
  "diagonalScatter",
  ["src", "offset", "dim1", "dim2"],
  (x: Tensor, src: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor =>
    replaced("diagonalScatter", x, src, (y) => diagonal(y, offset, dim1, dim2)),
);

/** A copy with `src` in place of a strided view of it (`torch.as_strided_scatter`). */
export const asStridedScatter = op(
  "asStridedScatter",
  ["src", "size", "stride", "storageOffset"],
  (
    x: Tensor,
    src: Tensor,
    size: readonly number[],
    stride: readonly number[],
    storageOffset?: number | null,
  ): Tensor => replaced("asStridedScatter", x, src, (y) => asStrided(y, size, stride, storageOffset)),
);
