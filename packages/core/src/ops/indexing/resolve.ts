/** From the parts of an index to a view and the index tensors that remain to be applied to it. */
import { isInt } from "../../dtype.js";
import { ArgumentError, DTypeError, IndexError } from "../../errors.js";
import { applyOne } from "../../primitives/dispatch.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { tensor } from "../creation.js";
import { describe } from "../op.js";
import { readNumber } from "../shape/reading.js";
import { positionIn, viewAsShape } from "../shape/slicing.js";
import { coordinatesOf } from "./coordinates.js";
import { Slice } from "./slice.js";

/** Positions as nested arrays: integers, or booleans for a mask. */
export type NestedIndex = readonly (number | boolean | NestedIndex)[];

/**
 * One part of an index: a position, a range, "..." for all dimensions not named, null for a new dimension, a boolean mask or an
 * integer tensor (or nested arrays of them).
 */
export type Index = number | bigint | boolean | null | "..." | Slice | Tensor | NestedIndex;

/** A view, and for each of its dimensions the index tensor that picks from it, or null. */
export interface Resolved {
  readonly view: Tensor;
  readonly indices: readonly (Tensor | null)[];
}

type Part = number | boolean | null | "..." | Slice | Tensor;

function fromArray(op: string, x: Tensor, list: NestedIndex): Tensor {
  if (list.length === 0) return tensor(new Int32Array(0), { device: x.device });
  const all = (list as readonly unknown[]).flat(Number.POSITIVE_INFINITY);
  const masks = all.every((value) => typeof value === "boolean");
  if (!masks && !all.every(Number.isInteger)) {
    throw new DTypeError(op, "expected index arrays of integers or of booleans, got other values");
  }
  return tensor(list, { dtype: masks ? "bool" : "int32", device: x.device });
}

/** A 0-d tensor counts as the number it holds where it can be read at once. */
function normalized(op: string, x: Tensor, part: unknown): Part {
  if (part === null || part === "..." || typeof part === "boolean" || part instanceof Slice) return part;
  if (typeof part === "bigint") return Number(part);
  if (typeof part === "number") {
    if (!Number.isInteger(part)) throw new IndexError(op, `expected an integer position, got ${part}`);
    return part;
  }
  if (Array.isArray(part)) return fromArray(op, x, part as NestedIndex);
  if (!(part instanceof Tensor)) {
    throw new ArgumentError(
      op,
      `expected an integer, slice(), "...", null, a boolean, a tensor or an array as index, got ${describe(part)}`,
    );
  }
  if (part.dtype !== "bool" && !isInt(part.dtype)) {
    throw new IndexError(op, `expected an index tensor of integers or booleans, got ${part.dtype}`);
  }
  if (part.shape.length > 0 || (part.dtype !== "bool" && !x.device.backend.capabilities.syncRead))
    return part;
  const value = readNumber(op, part);
  return part.dtype === "bool" ? value !== 0 : value;
}

/** Number of dimensions of the indexed tensor that a part uses up. */
function consumed(part: Part): number {
  if (part instanceof Tensor) return part.dtype === "bool" ? part.shape.length : 1;
  return typeof part === "number" || part instanceof Slice ? 1 : 0;
}

/** Applies the basic parts of an index as a view; index tensors are left over. Throws IndexError, ArgumentError. */
export function resolveIndex(op: string, x: Tensor, index: readonly unknown[]): Resolved {
  const parts = index.map((part) => normalized(op, x, part));
  const rank = x.shape.length;
  const used = parts.reduce((sum: number, part) => sum + consumed(part), 0);
  if (used > rank)
    throw new IndexError(op, `too many indices: ${used} for a tensor of shape ${formatShape(x.shape)}`);
  if (parts.filter((part) => part === "...").length > 1)
    throw new IndexError(op, 'expected at most one "..." in an index, got several');

  const starts = x.shape.map(() => 0);
  const sizes = [...x.shape];
  const steps = x.shape.map(() => 1);
  const shape: number[] = [];
  const indices: (Tensor | null)[] = [];
  let dim = 0;
  const keep = (count: number, picked: readonly Tensor[] = []): void => {
    for (let i = 0; i < count; i++, dim++) {
      shape.push(sizes[dim] as number);
      indices.push(picked[i] ?? null);
    }
  };
  for (const part of parts) {
    if (part === "...") keep(rank - used);
    else if (part === null) {
      shape.push(1);
      indices.push(null);
    } else if (typeof part === "boolean") {
      shape.push(1);
      indices.push(tensor(new Int32Array(part ? 1 : 0), { device: x.device }));
    } else if (typeof part === "number") {
      starts[dim] = positionIn(op, part, dim, x.shape[dim] as number);
      sizes[dim++] = 1;
    } else if (part instanceof Slice) {
      const { start, count } = part.within(x.shape[dim] as number);
      starts[dim] = start;
      sizes[dim] = count;
      steps[dim] = part.step;
      keep(1);
    } else if (part.dtype === "bool") {
      const covered = x.shape.slice(dim, dim + part.shape.length);
      if (!sameShape(covered, part.shape)) {
        throw new IndexError(
          op,
          `a mask of shape ${formatShape(part.shape)} does not match the dimensions it indexes, ${formatShape(covered)} of ${formatShape(x.shape)}`,
        );
      }
      keep(part.shape.length, coordinatesOf(op, part));
    } else keep(1, [part]);
  }
  keep(rank - dim);
  return { view: basicView(x, starts, sizes, steps, shape), indices };
}

function basicView(
  x: Tensor,
  starts: readonly number[],
  sizes: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): Tensor {
  const whole = sameShape(sizes, x.shape) && steps.every((step) => step === 1);
  const cut = whole ? x : applyOne("slice", [x], { starts, sizes, steps });
  return sameShape(cut.shape, shape) && cut !== x ? cut : viewAsShape(cut, shape);
}
