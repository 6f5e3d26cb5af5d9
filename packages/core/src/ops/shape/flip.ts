/** Reversed and rotated copies. */
import { ArgumentError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, normalizeDim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { catTensors } from "./joining.js";
import { reshape } from "./reshape.js";
import { sliceAlong } from "./slicing.js";
import { variadic } from "./variadic.js";

function reversed(name: string, x: Tensor, dims: readonly number[]): Tensor {
  const rank = x.shape.length;
  const chosen = dims.map((d) => normalizeDim(name, d, rank));
  if (new Set(chosen).size !== chosen.length)
    throw new ArgumentError(name, `dimension given twice in ${formatShape(dims)}`);
  const backwards = x.shape.map((size, d) => chosen.includes(d) && size > 1);
  return applyOne("slice", [x], {
    starts: x.shape.map((size, d) => (backwards[d] ? size - 1 : 0)),
    sizes: x.shape,
    steps: backwards.map((is) => (is ? -1 : 1)),
  });
}

/** A copy with the order of elements reversed along `dims` (`torch.flip`). */
export const flip = variadic("flip", "dims", (x, dims) => copied(reversed("flip", x, dims)));

function needRank(name: string, x: Tensor, rank: number): void {
  if (x.shape.length < rank)
    throw new ShapeError(name, `expected at least ${rank} dimensions, got shape ${formatShape(x.shape)}`);
}

/** Columns in reverse: dimension 1 (`torch.fliplr`). */
export const fliplr = op("fliplr", [], (x: Tensor): Tensor => {
  needRank("fliplr", x, 2);
  return copied(reversed("fliplr", x, [1]));
});

/** Rows in reverse: dimension 0 (`torch.flipud`). */
export const flipud = op("flipud", [], (x: Tensor): Tensor => {
  needRank("flipud", x, 1);
  return copied(reversed("flipud", x, [0]));
});

/** A copy rotated `k` quarter turns in the plane of two dimensions, from the first towards the second (`torch.rot90`). */
export const rot90 = op(
  "rot90",
  ["k", "dims"],
  (x: Tensor, k = 1, dims: readonly number[] = [0, 1]): Tensor => {
    needRank("rot90", x, 2);
    if (dims.length !== 2)
      throw new ArgumentError("rot90", `expected two dimensions, got ${formatShape(dims)}`);
    const [a, b] = dims.map((d) => normalizeDim("rot90", d, x.shape.length)) as [number, number];
    if (a === b)
      throw new ArgumentError("rot90", `expected two different dimensions, got ${formatShape(dims)}`);
    const turns = ((k % 4) + 4) % 4;
    const swap = x.shape.map((_, d) => (d === a ? b : d === b ? a : d));
    if (turns === 0) return copied(x);
    if (turns === 2) return copied(reversed("rot90", x, [a, b]));
    return copied(applyOne("permute", [reversed("rot90", x, [turns === 1 ? b : a])], { dims: swap }));
  },
);

/** A copy whose elements are moved `shifts` places along `dims`, around the end; of the flattened tensor without `dims` (`torch.roll`). */
export const roll = op(
  "roll",
  ["shifts", "dims"],
  (x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[] | null): Tensor => {
    const by = typeof shifts === "number" ? [shifts] : shifts;
    const along = dims === undefined || dims === null ? [] : typeof dims === "number" ? [dims] : dims;
    if (along.length === 0 && by.length === 1)
      return reshape(rolled(reshape(x, -1), by[0] as number, 0), x.shape);
    if (along.length !== by.length || by.length === 0) {
      throw new ArgumentError(
        "roll",
        `expected one shift for each dimension, got ${formatShape(by)} and ${formatShape(along)}`,
      );
    }
    return along.reduce((y, d, i) => rolled(y, by[i] as number, normalizeDim("roll", d, x.shape.length)), x);
  },
);

function rolled(x: Tensor, shift: number, dim: number): Tensor {
  const size = x.shape[dim] ?? 1;
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return copied(x);
  return catTensors("roll", [sliceAlong(x, dim, size - by, by), sliceAlong(x, dim, 0, size - by)], dim);
}
