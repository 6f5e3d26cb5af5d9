/** What operators ask of their arguments. Unless it holds, a check throws a sentence that says what was expected and what came. */
import { type DType, isFloat } from "../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../errors.js";
import { formatShape, normalizeDim, type Shape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/** Of the shape of `x`: `expected` describes shapes that fit. */
export function expectShape(op: string, holds: boolean, expected: string, x: Tensor): void {
  if (!holds) throw new ShapeError(op, `expected ${expected}, got shape ${formatShape(x.shape)}`);
}

/** Of the shape of `x`, called `what`, which must be this one. */
export function expectSameShape(op: string, what: string, shape: Shape, x: Tensor): void {
  if (!sameShape(shape, x.shape))
    throw new ShapeError(op, `expected ${what} of shape ${formatShape(shape)}, got ${formatShape(x.shape)}`);
}

/** Of a dtype. */
export function expectDType(op: string, holds: boolean, expected: string, dtype: DType): void {
  if (!holds) throw new DTypeError(op, `expected ${expected}, got ${dtype}`);
}

/** Of floats. */
export const expectFloat = (op: string, dtype: DType): void =>
  expectDType(op, isFloat(dtype), "a float tensor", dtype);

/** Of an argument that is no tensor. */
export function expectArgument(op: string, holds: boolean, expected: string, value: unknown): void {
  if (!holds) {
    const got = Array.isArray(value) ? formatShape(value) : String(value);
    throw new ArgumentError(op, `expected ${expected}, got ${got}`);
  }
}

/** Of a number: an integer of at least `least`. */
export const expectInteger = (op: string, least: number, expected: string, value: number): void =>
  expectArgument(op, Number.isInteger(value) && value >= least, expected, value);

/** One dimension or several of a tensor of `rank`, counted from the front, in the order given. */
export const dimsOf = (op: string, dims: number | readonly number[], rank: number): number[] =>
  (typeof dims === "number" ? [dims] : dims).map((d) => normalizeDim(op, d, rank));

/** As `dimsOf`, for dimensions that must differ. */
export function distinctDims(op: string, dims: number | readonly number[], rank: number): number[] {
  const found = dimsOf(op, dims, rank);
  if (new Set(found).size !== found.length)
    throw new ArgumentError(op, `dimension given twice in ${formatShape(dims as readonly number[])}`);
  return found;
}

/** The two dimensions of a plane. */
export function planeOf(op: string, dim1: number, dim2: number, rank: number): [number, number] {
  const [a, b] = dimsOf(op, [dim1, dim2], rank) as [number, number];
  if (a === b) throw new ArgumentError(op, `expected two different dimensions, got ${dim1} and ${dim2}`);
  return [a, b];
}
