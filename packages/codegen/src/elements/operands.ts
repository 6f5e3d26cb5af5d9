/**
 * Operands between launch and shader. The launch's side merges operands that share a buffer (a buffer can be bound
 * once where it is written) and lists what to bind; the shader's side declares the same buffers and parameters in the same order.
 */
import { bytesOf, type DeviceBuffer, type DType } from "@flambeau/core";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import type { Access } from "../ir/types.js";
import { i32, type Like, type Value } from "../ir/value.js";
import type { Bound } from "../plan.js";
import { codecOf, loadElement, storeElement } from "./codec.js";

/** A strided view, of a launch's buffer or of scratch memory. */
export interface View {
  readonly buffer: DeviceBuffer | { readonly scratch: number };
  readonly dtype: DType;
  readonly strides: readonly number[];
  readonly offset: number;
}

export interface Use {
  readonly view: View;
  /** `own`: every word written is written by one invocation, whole. `combine`: words are updated atomically. */
  readonly as: "read" | "write" | "own" | "combine";
}

interface Slot {
  readonly dtype: DType;
  readonly binding: number;
  readonly rank: number;
}

/** What a shader is built from: equal keys, equal layouts. */
export interface OperandLayout {
  readonly key: string;
  readonly slots: readonly Slot[];
  readonly bindings: readonly Access[];
  readonly errors: boolean;
}

export interface BoundOperands {
  readonly layout: OperandLayout;
  readonly buffers: readonly Bound[];
  /** Offset and strides of every operand. */
  readonly params: readonly number[];
}

export const read = (view: View): Use => ({ view, as: "read" });
export const write = (view: View): Use => ({ view, as: "write" });

/** All of scratch buffer number `scratch`, or a view of it. */
export const scratchView = (scratch: number, dtype: DType, strides: readonly number[] = []): View => ({
  buffer: { scratch },
  dtype,
  strides,
  offset: 0,
});

const strength: { readonly [A in Access]: number } = { read: 0, write: 1, atomic: 2 };

function accessFor({ view, as }: Use): Access {
  if (as === "read") return "read";
  if (as === "combine") return "atomic";
  return as === "write" && bytesOf(view.dtype) < 4 ? "atomic" : "write";
}

/** Lays out the operands of a dispatch; `errors` adds the device's error record. */
export function bindOperands(uses: readonly Use[], errors = false): BoundOperands {
  const buffers: Bound[] = [];
  const bindings: Access[] = [];
  const slots: Slot[] = [];
  const params: number[] = [];
  let key = errors ? "!" : "";
  for (const use of uses) {
    const { view } = use;
    const access = accessFor(use);
    let binding = buffers.indexOf(view.buffer);
    if (binding < 0) {
      binding = buffers.push(view.buffer) - 1;
      bindings.push(access);
    } else if (strength[access] > strength[bindings[binding] as Access]) bindings[binding] = access;
    slots.push({ dtype: view.dtype, binding, rank: view.strides.length });
    params.push(view.offset, ...view.strides);
    key += `${view.dtype}${binding}^${view.strides.length},`;
  }
  if (errors) buffers.push("errors");
  return { layout: { key: `${key}${bindings.join("")}`, slots, bindings, errors }, buffers, params };
}

/** An operand within a shader. */
export class ShaderOperand {
  constructor(
    /** For atomics, and where elements are written by whole words. */
    readonly words: Words,
    readonly dtype: DType,
    readonly offset: Value,
    readonly strides: readonly Value[],
  ) {}

  /** The element at coordinates along the first axes, or along `axes`, as seen from element `from`. */
  index(at: readonly Like[], axes?: readonly number[], from = this.offset): Value {
    return at.reduce<Value>((sum, step, i) => {
      const stride = this.strides[axes === undefined ? i : (axes[i] as number)] as Value;
      return step === 0 ? sum : sum.add(stride.mul(step));
    }, from);
  }
  load(index: Value): Value {
    return loadElement(this.words, this.dtype, index);
  }
  store(index: Value, value: Value): void {
    storeElement(this.words, this.dtype, index, value);
  }
  /** The type kernels compute this operand's elements in. */
  get type() {
    return codecOf(this.dtype).type;
  }
}

export interface DeclaredOperands {
  readonly operands: readonly ShaderOperand[];
  /** The error record, where the layout has one. */
  readonly errors: Words | null;
}

/** Declares a layout's buffers, and an offset and strides for each operand. */
export function declareOperands(k: ShaderBuilder, layout: OperandLayout): DeclaredOperands {
  const words = layout.bindings.map((access) => k.buffer("words", access));
  const errors = layout.errors ? k.buffer("errors", "atomic") : null;
  const operands = layout.slots.map(({ dtype, binding, rank }, i) => {
    const offset = k.param(`offset${i}`);
    const strides = Array.from({ length: rank }, (_, d) => k.param(`stride${i}_${d}`));
    return new ShaderOperand(words[binding] as Words, dtype, offset, strides);
  });
  return { operands, errors };
}

/** Row-major coordinates of position `at` within extents. The outermost extent is `unasked`. */
export function unravel(k: ShaderBuilder, at: Value, sizes: readonly Value[]): Value[] {
  const coordinates: Value[] = [];
  let rest = at;
  for (let d = sizes.length - 1; d > 0; d--) {
    const size = sizes[d] as Value;
    const next = k.let(rest.div(size));
    coordinates.unshift(k.let(rest.sub(next.mul(size))));
    rest = next;
  }
  if (sizes.length > 0) coordinates.unshift(rest);
  return coordinates;
}

/** Stands for an outermost extent that is not at hand. */
export const unasked = i32(0);

/** Row-major position of coordinates within extents, the inverse of `unravel`. */
export const ravel = (at: readonly Value[], sizes: readonly Value[]): Value =>
  at.length === 0 ? i32(0) : at.reduce((sum, coordinate, d) => sum.mul(sizes[d] as Value).add(coordinate));
