/** Operands described on the host, laid out at random, to be placed on any backend. */
import type { Backend, DType, Operand } from "@flambeau/core";
import { bytesOf, kindOf } from "@flambeau/core";
import type { Element } from "../reference/elements.js";
import { elementsOf } from "../reference/elements.js";
import type { Seeded } from "./seeded.js";

export interface HostOperand {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  /** The whole buffer, gaps included. */
  readonly data: Uint8Array;
}

/** A value for an element of `dtype`. */
export type Value = (dtype: DType) => Element;

/** Small values with few bits, so that ties happen and sums are exact in every dtype. */
export const coarse =
  (random: Seeded): Value =>
  (dtype) => {
    const kind = kindOf(dtype);
    if (kind === "f") return random.int(-8, 8) / 4;
    if (kind === "b") return random.int(0, 1);
    return dtype.startsWith("u") ? random.int(0, 12) : random.int(-12, 12);
  };

export interface LayoutOptions {
  /** Dimensions that may be broadcast: stride 0. */
  readonly broadcast?: boolean;
}

/**
 * A strided view of `shape`: dimensions in any order in memory, with gaps, backwards, at an offset and, where allowed,
 * broadcast. Half of them are plain contiguous ones.
 */
export function randomOperand(
  random: Seeded,
  dtype: DType,
  shape: readonly number[],
  value: Value,
  options: LayoutOptions = {},
): HostOperand {
  const plain = random.chance(0.5);
  const order = plain ? shape.map((_, d) => d) : random.shuffled(shape.map((_, d) => d));
  const strides = shape.map(() => 0);
  let reach = 1;
  let offset = plain ? 0 : random.int(0, 3);
  for (const d of [...order].reverse()) {
    if (!plain && options.broadcast && random.chance(0.2)) continue;
    const stride = reach * (plain || random.chance(0.8) ? 1 : 2);
    const backwards = !plain && random.chance(0.15);
    if (backwards) offset += Math.max(shape[d]! - 1, 0) * stride;
    strides[d] = backwards ? -stride : stride;
    reach = stride * Math.max(shape[d]!, 1);
  }
  return { dtype, shape, strides, offset, data: randomBytes(dtype, offset + reach, value) };
}

function randomBytes(dtype: DType, length: number, value: Value): Uint8Array {
  const bytes = length * bytesOf(dtype);
  const data = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
  const elements = elementsOf(data, dtype);
  for (let i = 0; i < length; i++) elements.set(i, value(dtype));
  return new Uint8Array(data, 0, bytes);
}

/** Puts the operands of one trial on one backend, each once. */
export class Placement {
  readonly #placed = new Map<HostOperand, Operand>();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  readonly place = (host: HostOperand): Operand => {
    const known = this.#placed.get(host);
    if (known) return known;
    const buffer = this.#backend.alloc(host.data.length);
    this.#backend.write(buffer, 0, host.data);
    const { dtype, shape, strides, offset } = host;
    const operand = { buffer, dtype, shape, strides, offset };
    this.#placed.set(host, operand);
    return operand;
  };

  /** The whole buffer of every operand, in the order they were placed. */
  async contents(): Promise<{ readonly dtype: DType; readonly bytes: Uint8Array }[]> {
    const found = [];
    for (const { buffer, dtype } of this.#placed.values())
      found.push({ dtype, bytes: await this.#backend.read(buffer, 0, buffer.bytes) });
    return found;
  }

  free(): void {
    for (const { buffer } of this.#placed.values()) this.#backend.free(buffer);
    this.#placed.clear();
  }
}
