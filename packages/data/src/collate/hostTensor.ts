/** Tensors that are not on a device yet. */

import type { DeviceLike } from "@flambeau/core";
import {
  ArgumentError,
  bytesOf,
  type DType,
  fromBytes,
  type HostArray,
  numelOf,
  type Shape,
  ShapeError,
  type Tensor,
} from "@flambeau/core";

/**
 * Elements, shape and dtype in host memory: what datasets give for a sample with more dimensions than one, or of a dtype
 * that JavaScript has no array for. It needs no backend, so worker threads can make it; DataLoader turns it into a tensor.
 */
export class HostTensor {
  constructor(
    /** Little-endian elements in row-major order. */
    readonly bytes: Uint8Array,
    readonly shape: Shape,
    readonly dtype: DType,
  ) {
    const expected = numelOf(shape) * bytesOf(dtype);
    if (bytes.byteLength !== expected) {
      const wanted = `${expected} bytes for shape [${shape.join(", ")}] and dtype ${dtype}`;
      throw new ShapeError("HostTensor", `expected ${wanted}, got ${bytes.byteLength}`);
    }
  }

  /** Copies the elements into a new tensor. */
  toTensor(device?: DeviceLike): Tensor {
    return fromBytes(this.bytes, this.shape, this.dtype, device === undefined ? {} : { device });
  }
}

/** dtype and element width of each kind of typed array that has a dtype of its own. */
const dtypeOfArray = new Map<unknown, DType>([
  [Float32Array, "float32"],
  [Float64Array, "float64"],
  [Int8Array, "int8"],
  [Uint8Array, "uint8"],
  [Uint8ClampedArray, "uint8"],
  [Int16Array, "int16"],
  [Int32Array, "int32"],
  [BigInt64Array, "int64"],
]);

/** The dtype of a typed array; a Node buffer counts as the bytes it is. Throws ArgumentError for arrays without one. */
export function dtypeOfTypedArray(op: string, data: ArrayBufferView): DType {
  const dtype = dtypeOfArray.get(data.constructor) ?? (data instanceof Uint8Array ? "uint8" : undefined);
  if (dtype !== undefined) return dtype;
  throw new ArgumentError(op, `no dtype matches a ${data.constructor.name}`);
}

/**
 * A host tensor over a typed array, which it shares, or over numbers, which become float32: `hostTensor(pixels, [1, 28, 28])`.
 * The shape is the array's length unless given; a single number makes a 0-d tensor. Throws ShapeError where they do not fit.
 */
export function hostTensor(data: HostArray | readonly number[] | number, shape?: Shape): HostTensor {
  const array =
    typeof data === "number"
      ? Float32Array.of(data)
      : ArrayBuffer.isView(data)
        ? data
        : Float32Array.from(data);
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return new HostTensor(
    bytes,
    shape ?? (typeof data === "number" ? [] : [array.length]),
    dtypeOfTypedArray("hostTensor", array),
  );
}
