/** Padding (`torch.nn.functional.pad`). */

import type { Coordinate } from "../../backend/kernels.js";
import { ArgumentError, ShapeError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { write } from "../../tensor/inplace.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { full, tensor } from "../creation.js";
import { op } from "../op.js";
import { copied } from "./copying.js";
import { alongDim } from "./picking.js";

export type PadMode = "constant" | "reflect" | "replicate" | "circular";

/** Elements added before and after each dimension, outermost first; negative numbers crop. */
function amounts(x: Tensor, pad: readonly number[]): [before: number, after: number][] {
  const rank = x.shape.length;
  if (pad.length % 2 !== 0 || pad.length > 2 * rank || !pad.every(Number.isInteger)) {
    throw new ArgumentError(
      "pad",
      `expected pairs of integers for at most ${rank} dimensions, got ${formatShape(pad)}`,
    );
  }
  return x.shape.map((size, d) => {
    const at = 2 * (rank - 1 - d);
    const [before, after] = [pad[at] ?? 0, pad[at + 1] ?? 0];
    if (size + before + after < 0) {
      throw new ShapeError(
        "pad",
        `padding ${before} and ${after} leaves nothing of dimension ${d} of size ${size}`,
      );
    }
    return [before, after];
  });
}

function constantPad(x: Tensor, by: readonly [number, number][], value: number): Tensor {
  const starts = by.map(([before]) => Math.max(0, -before));
  const kept = by.map(([before, after], d) =>
    Math.max(0, (x.shape[d] as number) + Math.min(0, before) + Math.min(0, after)),
  );
  const steps = by.map(() => 1);
  const inner = applyOne("slice", [x], { starts, sizes: kept, steps });
  const shape = by.map(([before, after], d) => (x.shape[d] as number) + before + after);
  if (by.every(([before, after]) => before <= 0 && after <= 0)) return copied(inner);
  const out = full(shape, value, { dtype: x.dtype, device: x.device });
  const hole = applyOne("slice", [out], {
    starts: by.map(([before]) => Math.max(0, before)),
    sizes: kept,
    steps,
  });
  write("pad", hole, inner);
  return out;
}

type Source = (position: number, size: number, before: number, after: number) => number;

/** Where an element of the padded dimension comes from, counted from the first element of the original. */
const sources: { readonly [M in Exclude<PadMode, "constant">]: Source } = {
  reflect: (i, size) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i),
  replicate: (i, size) => Math.min(Math.max(i, 0), size - 1),
  circular: (i, size, before, after) => {
    // What is cropped on one side is gone before the other side is filled.
    const first = Math.max(0, -before);
    const left = size - first - Math.max(0, -after);
    return first + ((((i - first) % left) + left) % left);
  },
};

const limits: { readonly [M in Exclude<PadMode, "constant">]: (size: number) => number } = {
  reflect: (size) => size - 1,
  replicate: () => Number.POSITIVE_INFINITY,
  circular: (size) => size,
};

function mirroredPad(x: Tensor, by: readonly [number, number][], mode: Exclude<PadMode, "constant">): Tensor {
  const indices: Tensor[] = [];
  const shape = x.shape.map((size, d) => {
    const [before, after] = by[d] as [number, number];
    const padded = before !== 0 || after !== 0;
    if ((padded && Math.max(before, after) > limits[mode](size)) || (size === 0 && before + after > 0)) {
      throw new ShapeError(
        "pad",
        `${mode} padding of ${before} and ${after} is too large for dimension ${d} of size ${size}`,
      );
    }
    return size + before + after;
  });
  const coordinates = shape.map((size, d): Coordinate => {
    const [before, after] = by[d] as [number, number];
    if (before === 0 && after === 0) return { axis: d };
    const from = Int32Array.from({ length: size }, (_, i) =>
      sources[mode](i - before, x.shape[d] as number, before, after),
    );
    indices.push(alongDim(tensor(from, { device: x.device }), d, shape.length));
    return { index: indices.length - 1 };
  });
  return indices.length === 0
    ? copied(x)
    : applyOne("gather", [x, ...indices], { op: "pad", coordinates, wrap: false, shape });
}

/**
 * Pads the last dimensions (`torch.nn.functional.pad`): `pad` has a pair (before, after) per dimension, the last one first; negative
 * numbers crop in constant mode. The other modes pad the last 1 to 3 dimensions of a tensor that has 1 or 2 more.
 */
export const pad = op(
  "pad",
  ["pad", "mode", "value"],
  (x: Tensor, pad: readonly number[], mode: PadMode = "constant", value: number | null = null): Tensor => {
    const by = amounts(x, pad);
    if (mode === "constant") return constantPad(x, by, value ?? 0);
    if (!Object.hasOwn(sources, mode)) {
      throw new ArgumentError(
        "pad",
        `expected mode "constant", "reflect", "replicate" or "circular", got "${String(mode)}"`,
      );
    }
    if (value !== null && value !== 0)
      throw new ArgumentError("pad", `mode "${mode}" takes no value, got ${value}`);
    const spatial = pad.length / 2;
    const rank = x.shape.length;
    if (spatial < 1 || spatial > 3 || rank < spatial + 1 || rank > spatial + 2) {
      throw new ShapeError(
        "pad",
        `mode "${mode}" pads the last ${spatial} dimensions of a tensor of rank ${spatial + 1} or ${spatial + 2}, got shape ${formatShape(x.shape)}`,
      );
    }
    return mirroredPad(x, by, mode);
  },
);

/** Constant padding (`torch.constant_pad_nd`). */
export const constantPadNd = op(
  "constantPadNd",
  ["pad", "value"],
  (x: Tensor, pad: readonly number[], value = 0): Tensor => constantPad(x, amounts(x, pad), value),
);
