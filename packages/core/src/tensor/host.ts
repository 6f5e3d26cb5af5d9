/** Between device bytes and JavaScript values. */
import { bytesOf, type DType, dtypes } from "../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../errors.js";
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "../half.js";
import type { Shape } from "./shape.js";

export type HostArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Int32Array
  | BigInt64Array;
export type NestedArray = number | boolean | bigint | readonly NestedArray[];
type Value = number | boolean | bigint;

/** What `data()` gives for each dtype: 16-bit floats are widened to float32, bool is 0 or 1. */
export interface HostArrayOf {
  float64: Float64Array;
  float32: Float32Array;
  float16: Float32Array;
  bfloat16: Float32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

const isHostArray = (data: unknown): data is HostArray =>
  ArrayBuffer.isView(data) && !(data instanceof DataView);

/** The dtype data speaks for itself, or null for plain numbers, whose dtype is the default float. */
export function hostArrayDType(data: NestedArray | HostArray): DType | null {
  if (isHostArray(data)) {
    if (data instanceof Float32Array) return "float32";
    if (data instanceof Float64Array) return "float64";
    if (data instanceof Int8Array) return "int8";
    if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return "uint8";
    if (data instanceof Int16Array) return "int16";
    if (data instanceof Int32Array) return "int32";
    if (data instanceof BigInt64Array) return "int64";
    throw new DTypeError(
      "tensor",
      `no dtype matches a ${(data as object).constructor.name}; give one by the dtype option on a plain array`,
    );
  }
  let seen: DType | null = "bool";
  let any = false;
  const visit = (value: NestedArray): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else {
      any = true;
      if (typeof value === "bigint" && seen !== null) seen = "int64";
      else if (typeof value === "number") seen = null;
    }
  };
  visit(data);
  return any ? seen : null;
}

/** The shape of nested arrays; throws ShapeError where they are ragged. */
export function shapeOfNested(op: string, data: NestedArray | HostArray): number[] {
  if (isHostArray(data)) return [data.length];
  const shape: number[] = [];
  let level: unknown = data;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  const check = (value: NestedArray, depth: number): void => {
    if (depth === shape.length) {
      if (Array.isArray(value))
        throw new ShapeError(op, `ragged nested arrays: an array where depth ${depth} holds numbers`);
      if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "bigint") {
        throw new ArgumentError(
          op,
          `expected numbers, booleans or bigints, got ${value === null ? "null" : typeof value}`,
        );
      }
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[depth]) {
      const got = Array.isArray(value) ? `length ${value.length}` : typeof value;
      throw new ShapeError(
        op,
        `ragged nested arrays: expected length ${shape[depth]} at depth ${depth}, got ${got}`,
      );
    }
    for (const item of value) check(item, depth + 1);
  };
  check(data, 0);
  return shape;
}

const bounds: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** A typed array that can hold raw elements of `dtype` over `bytes`. */
function rawArray(dtype: DType, bytes: ArrayBuffer) {
  switch (dtype) {
    case "float64":
      return new Float64Array(bytes);
    case "float32":
      return new Float32Array(bytes);
    case "float16":
    case "bfloat16":
      return new Uint16Array(bytes);
    case "int64":
      return new BigInt64Array(bytes);
    case "int32":
      return new Int32Array(bytes);
    case "int16":
      return new Int16Array(bytes);
    case "int8":
      return new Int8Array(bytes);
    case "uint8":
    case "bool":
      return new Uint8Array(bytes);
    default:
      throw new DTypeError("tensor", `unknown dtype ${dtype satisfies never}`);
  }
}

function encodeValue(op: string, value: Value, dtype: DType): number | bigint {
  const kind = dtypes[dtype].kind;
  if (kind === "b") return value ? 1 : 0;
  if (dtype === "int64") {
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      throw new DTypeError(
        op,
        `the value ${value} is not an integer that int64 takes from a number; use a bigint`,
      );
    }
    const wide = BigInt(value);
    if (BigInt.asIntN(64, wide) !== wide) throw new DTypeError(op, `the value ${wide} does not fit int64`);
    return wide;
  }
  const number = Number(value);
  if (kind === "i") {
    const [low, high] = bounds[dtype] as readonly [number, number];
    if (!Number.isInteger(number) || number < low || number > high) {
      throw new DTypeError(op, `the value ${number} does not fit ${dtype} (integers from ${low} to ${high})`);
    }
    return number;
  }
  if (dtype === "float16") return encodeFloat16(number);
  return dtype === "bfloat16" ? encodeBfloat16(number) : number;
}

/** Little-endian element bytes of JavaScript values. */
export function encodeHost(
  op: string,
  data: NestedArray | HostArray,
  dtype: DType,
  numel: number,
): Uint8Array {
  if (isHostArray(data) && hostArrayDType(data) === dtype)
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = new ArrayBuffer(numel * bytesOf(dtype));
  const out = rawArray(dtype, bytes) as { [i: number]: number | bigint };
  let at = 0;
  const visit = (value: NestedArray): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else out[at++] = encodeValue(op, value as Value, dtype);
  };
  if (isHostArray(data)) for (const value of data) out[at++] = encodeValue(op, value, dtype);
  else visit(data);
  return new Uint8Array(bytes);
}

/** Typed array over element bytes; 16-bit floats are widened. */
export function decodeHost<D extends DType>(bytes: Uint8Array<ArrayBuffer>, dtype: D): HostArrayOf[D] {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const buffer =
    aligned.byteOffset === 0 && aligned.byteLength === aligned.buffer.byteLength
      ? aligned.buffer
      : aligned.slice().buffer;
  const raw = rawArray(dtype, buffer);
  if (dtype === "float16" || dtype === "bfloat16") {
    const widen = dtype === "float16" ? decodeFloat16 : decodeBfloat16;
    return Float32Array.from(raw as Uint16Array, widen) as HostArrayOf[D];
  }
  return raw as HostArrayOf[D];
}

/** Nested arrays of a shape over a flat typed array; booleans for bool, bigints for int64. */
export function nest(flat: HostArrayOf[DType], shape: Shape, dtype: DType): NestedArray {
  const value = (i: number): Value => (dtype === "bool" ? flat[i] !== 0 : (flat[i] as number | bigint));
  const build = (depth: number, start: number, count: number): NestedArray => {
    if (depth === shape.length) return value(start);
    const size = shape[depth] as number;
    const step = size === 0 ? 0 : count / size;
    return Array.from({ length: size }, (_, i) => build(depth + 1, start + i * step, step));
  };
  return build(0, 0, flat.length);
}
