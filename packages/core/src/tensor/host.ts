/** Between device bytes and JavaScript values. */
import { bytesOf, type DType, dtypeNames, isFloat } from "../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../errors.js";
import { iinfo } from "../finfo.js";
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

/** The arrays that hold raw elements. */
const arrays = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} satisfies { readonly [D in DType]: unknown };

/** The dtypes whose elements are numbers in their arrays. */
const plain = dtypeNames.filter((dtype) => dtype !== "bool" && arrays[dtype] !== Uint16Array);

/** The dtype data speaks for itself, or null for plain numbers, whose dtype is the default float. */
export function hostArrayDType(data: NestedArray | HostArray): DType | null {
  if (isHostArray(data)) {
    if (data instanceof Uint8ClampedArray) return "uint8";
    const dtype = plain.find((name) => (data as HostArray) instanceof arrays[name]);
    if (dtype !== undefined) return dtype;
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

/** How values become elements of `dtype`; throws DTypeError for those that do not fit. */
function encoderOf(op: string, dtype: DType): (value: Value) => number | bigint {
  if (dtype === "bool") return (value) => (value ? 1 : 0);
  if (dtype === "float16") return (value) => encodeFloat16(Number(value));
  if (dtype === "bfloat16") return (value) => encodeBfloat16(Number(value));
  if (isFloat(dtype)) return Number;
  if (dtype === "int64") {
    return (value) => {
      if (typeof value === "number" && !Number.isSafeInteger(value)) {
        throw new DTypeError(
          op,
          `the value ${value} is not an integer that int64 takes from a number; use a bigint`,
        );
      }
      const wide = BigInt(value);
      if (BigInt.asIntN(64, wide) !== wide) throw new DTypeError(op, `the value ${wide} does not fit int64`);
      return wide;
    };
  }
  const { min, max } = iinfo(dtype);
  const [low, high] = [Number(min), Number(max)];
  return (value) => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= low && number <= high) return number;
    throw new DTypeError(op, `the value ${number} does not fit ${dtype} (integers from ${low} to ${high})`);
  };
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
  const out = new arrays[dtype](bytes) as { [i: number]: number | bigint };
  const encode = encoderOf(op, dtype);
  let at = 0;
  const visit = (value: NestedArray | HostArray): void => {
    if (typeof value === "object") for (const item of value) visit(item);
    else out[at++] = encode(value);
  };
  visit(data);
  return new Uint8Array(bytes);
}

/** Typed array over element bytes; 16-bit floats are widened. */
export function decodeHost<D extends DType>(bytes: Uint8Array<ArrayBuffer>, dtype: D): HostArrayOf[D] {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const raw = new arrays[dtype](whole ? bytes.buffer : bytes.slice().buffer);
  if (dtype === "float16" || dtype === "bfloat16") {
    const widen = dtype === "float16" ? decodeFloat16 : decodeBfloat16;
    return Float32Array.from(raw as Uint16Array, widen) as HostArrayOf[D];
  }
  return raw as unknown as HostArrayOf[D];
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
