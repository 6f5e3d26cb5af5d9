/** Small tensors on the device, for tests that speak to the backend directly. */
import { bytesOf, type DType, type Operand } from "@flambeau/core";
import type { CpuBackend } from "../../src/backend.js";
import { openCpu } from "../../src/index.js";

export const backend = openCpu() as CpuBackend;

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= shape[d]!;
  }
  return strides;
}

export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A contiguous operand with undefined content. */
export function empty(dtype: DType, shape: readonly number[]): Operand {
  const buffer = backend.alloc(count(shape) * bytesOf(dtype));
  return { buffer, dtype, shape, strides: rowMajor(shape), offset: 0 };
}

function typed(dtype: DType, values: readonly number[]): Uint8Array {
  const array =
    dtype === "int64" ? BigInt64Array.from(values, BigInt) : arrays[dtype].from(values as never[]);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A contiguous operand with these values (bits for 16-bit floats), row-major. */
export function tensor(dtype: DType, shape: readonly number[], values: readonly number[]): Operand {
  const operand = empty(dtype, shape);
  backend.write(operand.buffer, 0, typed(dtype, values));
  return operand;
}

/** The same memory seen through other sizes and strides. */
export const view = (
  x: Operand,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Operand => ({
  ...x,
  shape,
  strides,
  offset,
});

function walk({ shape, strides, offset }: Operand): number[] {
  let offsets = [offset];
  shape.forEach((size, d) => {
    offsets = offsets.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * strides[d]!));
  });
  return offsets;
}

/** All elements in row-major order (bits for 16-bit floats). */
export function values(x: Operand): number[] {
  const bytes = backend.readSync(x.buffer, 0, x.buffer.bytes);
  const elements = new arrays[x.dtype](bytes.buffer);
  return walk(x).map((at) => Number(elements[at]));
}

/** Numbers in [-1, 1) that look random and are the same each time. */
export function noise(n: number, seed = 1): number[] {
  let state = seed * 2654435761;
  return Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >> 8) / 2 ** 23;
  });
}

/** Every position of a shape in row-major order. */
export function positions(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, i) => [...row, i])),
    [[]],
  );
}

/** Element of a row-major list. */
export function element(list: readonly number[], shape: readonly number[], at: readonly number[]): number {
  const strides = rowMajor(shape);
  return list[at.reduce((sum, i, d) => sum + i * strides[d]!, 0)]!;
}
