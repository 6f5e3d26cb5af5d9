/** Small helpers that put host numbers into a backend's buffers and read them back. */
import type { Backend, DType, Operand } from "@flambeau/core";
import { bytesOf } from "@flambeau/core";
import { elementsOf } from "../src/reference/elements.js";

export const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));

/** A contiguous operand holding `values`. */
export function operand(
  backend: Backend,
  dtype: DType,
  shape: readonly number[],
  values: readonly (number | bigint)[],
): Operand {
  const data = new ArrayBuffer(Math.ceil((values.length * bytesOf(dtype)) / 8) * 8);
  const elements = elementsOf(data, dtype);
  for (const [i, value] of values.entries()) elements.set(i, value);
  const buffer = backend.alloc(values.length * bytesOf(dtype));
  backend.write(buffer, 0, new Uint8Array(data, 0, buffer.bytes));
  return { buffer, dtype, shape, strides: rowMajor(shape), offset: 0 };
}

/** A contiguous operand with undefined content. */
export function blank(backend: Backend, dtype: DType, shape: readonly number[]): Operand {
  const buffer = backend.alloc(shape.reduce((a, b) => a * b, 1) * bytesOf(dtype));
  return { buffer, dtype, shape, strides: rowMajor(shape), offset: 0 };
}

/** The elements of an operand's whole buffer. */
export function contents(backend: Backend, { buffer, dtype }: Operand): (number | bigint)[] {
  const bytes = backend.readSync(buffer, 0, buffer.bytes);
  const data = new ArrayBuffer(Math.ceil(bytes.length / 8) * 8);
  new Uint8Array(data).set(bytes);
  const elements = elementsOf(data, dtype);
  return Array.from({ length: buffer.bytes / bytesOf(dtype) }, (_, i) => elements.get(i));
}
