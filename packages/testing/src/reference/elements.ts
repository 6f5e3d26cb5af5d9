/**
 * Typed access to device memory. An element is a number, or a bigint for int64; booleans are 0 and 1. Floats narrower
 * than float64 are rounded when they are stored, integers wrap.
 */
import type { DeviceBuffer, DType, Operand } from "@flambeau/core";
import { ArgumentError, decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "@flambeau/core";

export type Element = number | bigint;

/** Elements of one buffer, addressed by position. */
export interface Elements {
  get(position: number): Element;
  set(position: number, value: Element): void;
}

interface NumberArray {
  readonly length: number;
  [index: number]: number;
}

const numbers = (array: NumberArray): Elements => ({
  get: (position) => array[position]!,
  set: (position, value) => {
    array[position] = Number(value);
  },
});

const bits = (
  array: Uint16Array,
  decode: (bits: number) => number,
  encode: (value: number) => number,
): Elements => ({
  get: (position) => decode(array[position]!),
  set: (position, value) => {
    array[position] = encode(Number(value));
  },
});

const open: { readonly [D in DType]: (data: ArrayBuffer) => Elements } = {
  float64: (data) => numbers(new Float64Array(data)),
  float32: (data) => numbers(new Float32Array(data)),
  float16: (data) => bits(new Uint16Array(data), decodeFloat16, encodeFloat16),
  bfloat16: (data) => bits(new Uint16Array(data), decodeBfloat16, encodeBfloat16),
  uint8: (data) => numbers(new Uint8Array(data)),
  int8: (data) => numbers(new Int8Array(data)),
  int16: (data) => numbers(new Int16Array(data)),
  int32: (data) => numbers(new Int32Array(data)),
  int64: (data) => {
    const array = new BigInt64Array(data);
    return {
      get: (position) => array[position]!,
      set: (position, value) => {
        array[position] = BigInt(value);
      },
    };
  },
  bool: (data) => {
    const array = new Uint8Array(data);
    return {
      get: (position) => (array[position] === 0 ? 0 : 1),
      set: (position, value) => {
        array[position] = Number(value) === 0 ? 0 : 1;
      },
    };
  },
};

/** Elements of a whole ArrayBuffer (its length a multiple of 8). */
export const elementsOf = (data: ArrayBuffer, dtype: DType): Elements => open[dtype](data);

/** Device memory that lies on the host: at least `bytes` long, a multiple of 8. */
export interface HostBuffer extends DeviceBuffer {
  readonly data: ArrayBuffer;
}

const isHostBuffer = (buffer: DeviceBuffer): buffer is HostBuffer =>
  "data" in buffer && buffer.data instanceof ArrayBuffer;

/** Elements of an operand's buffer; positions count from the start of the buffer. */
export function openOperand({ buffer, dtype }: Pick<Operand, "buffer" | "dtype">): Elements {
  if (isHostBuffer(buffer)) return elementsOf(buffer.data, dtype);
  throw new ArgumentError("reference", "expected memory that lies on the host, got another backend's");
}

/** A strided view with its elements: read and written by coordinates. */
export class View {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly #elements: Elements;
  readonly #strides: readonly number[];
  readonly #offset: number;

  constructor(operand: Operand) {
    this.shape = operand.shape;
    this.dtype = operand.dtype;
    this.#elements = openOperand(operand);
    this.#strides = operand.strides;
    this.#offset = operand.offset;
  }

  #position(at: readonly number[]): number {
    let position = this.#offset;
    for (let d = 0; d < at.length; d++) position += at[d]! * this.#strides[d]!;
    return position;
  }

  get(at: readonly number[]): Element {
    return this.#elements.get(this.#position(at));
  }

  set(at: readonly number[], value: Element): void {
    this.#elements.set(this.#position(at), value);
  }
}

/** Every position of `shape`, row-major. The array handed out is reused. */
export function* positions(shape: readonly number[]): Generator<number[]> {
  if (shape.some((size) => size === 0)) return;
  const at = shape.map(() => 0);
  while (true) {
    yield at;
    let d = shape.length - 1;
    while (d >= 0 && ++at[d]! === shape[d]) at[d--] = 0;
    if (d < 0) return;
  }
}
