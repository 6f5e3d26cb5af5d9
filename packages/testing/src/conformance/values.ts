/** Elements of a tensor as numbers a comparison can read. */
import { decodeBfloat16, decodeFloat16 } from "@flambeau/core";
import type { TensorLike } from "./api.js";
import { bytesPerElement, rawBytes } from "./decode.js";
import type { TensorJson } from "./format.js";

/** int64 as bigints, so that nothing is lost; all else as doubles. */
export type Values = Float64Array | BigInt64Array;

export interface Host {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: Values;
}

const half = (decode: (bits: number) => number) => (data: ArrayBuffer) =>
  Float64Array.from(new Uint16Array(data), decode);

const readers: { readonly [dtype: string]: (data: ArrayBuffer) => Values } = {
  bool: (data) => Float64Array.from(new Uint8Array(data)),
  uint8: (data) => Float64Array.from(new Uint8Array(data)),
  int8: (data) => Float64Array.from(new Int8Array(data)),
  int16: (data) => Float64Array.from(new Int16Array(data)),
  int32: (data) => Float64Array.from(new Int32Array(data)),
  int64: (data) => new BigInt64Array(data),
  float16: half(decodeFloat16),
  bfloat16: half(decodeBfloat16),
  float32: (data) => Float64Array.from(new Float32Array(data)),
  float64: (data) => new Float64Array(data),
};

export function readValues(bytes: Uint8Array, dtype: string): Values {
  bytesPerElement(dtype);
  return readers[dtype]!(bytes.slice().buffer as ArrayBuffer);
}

/** The expected tensor of a case. */
export const wanted = (json: TensorJson): Host => ({
  dtype: json.dtype,
  shape: json.shape,
  values: readValues(rawBytes(json), json.dtype),
});

/** Reads a tensor of the library; waits where the device cannot be read at once. */
export async function read(x: TensorLike): Promise<Host> {
  const asynchronous = (x as { readonly bytes?: unknown }).bytes;
  const bytes =
    typeof asynchronous === "function" ? ((await asynchronous.call(x)) as Uint8Array) : x.bytesSync();
  return { dtype: x.dtype, shape: [...x.shape], values: readValues(bytes, x.dtype) };
}
