/** Arithmetic on shapes and strides. Shapes are plain arrays, outermost dimension first; strides are in elements. */
import { ArgumentError, IndexError, ShapeError } from "../errors.js";

export type Shape = readonly number[];

export function numelOf(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i] as number;
  return n;
}

export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i] as number, 1);
  }
  return strides;
}

/** Whether elements lie in row-major order without gaps; dimensions of size 1 do not matter. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] as number;
    if (size === 0) return true;
    if (size === 1) continue;
    if (strides[i] !== step) return false;
    step *= size;
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** The shape that all broadcast to; throws ShapeError naming them. */
export function broadcastShapes(op: string, ...shapes: Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const shift = rank - shape.length;
    for (let i = 0; i < shape.length; i++) {
      const size = shape[i] as number;
      const have = out[shift + i] as number;
      if (size === have || size === 1) continue;
      if (have !== 1) {
        throw new ShapeError(op, `shapes ${shapes.map(formatShape).join(" and ")} do not broadcast together`);
      }
      out[shift + i] = size;
    }
  }
  return out;
}

/** Strides with which a tensor of `shape` walks `target`: 0 where it is broadcast. Assumes that it broadcasts. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const shift = target.length - shape.length;
  const out = new Array<number>(target.length).fill(0);
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] !== 1 || target[shift + i] === 1) out[shift + i] = strides[i] as number;
  }
  return out;
}

/** A dimension counted from the front; a 0-d tensor accepts 0 and -1. */
export function normalizeDim(op: string, dim: number, rank: number): number {
  const range = Math.max(rank, 1);
  if (!Number.isInteger(dim))
    throw new ArgumentError(op, `expected an integer dimension, got ${String(dim)}`);
  if (dim < -range || dim >= range) {
    throw new IndexError(
      op,
      `dimension ${dim} is out of range for a tensor of rank ${rank}; expected ${-range} to ${range - 1}`,
    );
  }
  return dim < 0 ? dim + range : dim;
}

/** Distinct dimensions in ascending order; null, undefined and [] mean all of them. */
export function normalizeDims(
  op: string,
  dims: number | readonly number[] | null | undefined,
  rank: number,
): number[] {
  if (dims === null || dims === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = typeof dims === "number" ? [dims] : dims;
  if (!Array.isArray(list))
    throw new ArgumentError(
      op,
      `expected a dimension or an array of them, got ${typeof dims} ${String(dims)}`,
    );
  if (list.length === 0) return Array.from({ length: rank }, (_, i) => i);
  const found = list.map((d) => normalizeDim(op, d, rank));
  const sorted = [...new Set(found)].sort((a, b) => a - b);
  if (sorted.length !== found.length)
    throw new ArgumentError(op, `dimension given twice in ${formatShape(list)}`);
  return rank === 0 ? [] : sorted;
}

/** Throws unless every size is a non-negative integer. */
export function checkShape(op: string, shape: Shape): void {
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new ShapeError(op, `expected sizes that are non-negative integers, got ${formatShape(shape)}`);
    }
  }
}

/** Fills in a single -1 so that the sizes hold `numel` elements. */
export function inferShape(op: string, shape: Shape, numel: number): number[] {
  const out = [...shape];
  const hole = out.indexOf(-1);
  if (hole >= 0) {
    const rest = numelOf(out.filter((_, i) => i !== hole));
    if (rest === 0 || numel % rest !== 0 || out.indexOf(-1, hole + 1) >= 0) {
      throw new ShapeError(
        op,
        `cannot tell the size marked -1 in ${formatShape(shape)} for ${numel} elements`,
      );
    }
    out[hole] = numel / rest;
  }
  checkShape(op, out);
  if (numelOf(out) !== numel) {
    throw new ShapeError(op, `shape ${formatShape(shape)} does not hold the tensor's ${numel} elements`);
  }
  return out;
}

/**
 * Strides that view a tensor in another shape of as many elements without copying, or null where none exist:
 * every run of dimensions that the new shape regroups must be walked with one stride.
 */
export function viewStrides(shape: Shape, strides: readonly number[], target: Shape): number[] | null {
  if (numelOf(shape) === 0) return sameShape(shape, target) ? [...strides] : contiguousStrides(target);
  const dims = shape.map((_, i) => i).filter((i) => shape[i] !== 1);
  const out = new Array<number>(target.length).fill(1);
  let t = target.length - 1;
  let run = 1;
  for (let k = dims.length - 1; k >= 0; k--) {
    const base = (strides[dims[k] as number] as number) / run;
    run *= shape[dims[k] as number] as number;
    const outer = dims[k - 1];
    if (outer !== undefined && strides[outer] === run * base) continue;
    let step = base;
    while (t >= 0 && (run > 1 || target[t] === 1)) {
      const size = target[t] as number;
      if (run % size !== 0) return null;
      out[t--] = step;
      step *= size;
      run /= size;
    }
    if (run !== 1) return null;
  }
  while (t >= 0 && target[t] === 1) t--;
  return t < 0 ? out : null;
}
