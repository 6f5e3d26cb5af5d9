/**
 * Operands between launch and shader. The launch's side merges operands that share a buffer (a buffer can be bound
 * once where it is written) and lists what to bind; the shader's side declares the same buffers and parameters in the same order.
 */
import { bytesOf, type DeviceBuffer, type DType } from "@flambeau/core";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import type { Access, Type } from "../ir/types.js";
import { i32, type Like, type Value } from "../ir/value.js";
import type { Bound } from "../plan.js";
import { codecOf, loadElement, storeElement } from "./codec.js";
import { convert } from "./convert.js";

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

export interface DeclaredOperands {
  readonly operands: readonly ShaderOperand[];
  /** The error record, where it was asked for. */
  readonly errors: Words | null;
}

export interface BoundOperands {
  /** Equal keys, equal declarations. */
  readonly key: string;
  readonly buffers: readonly Bound[];
  /** Offset and strides of every operand. */
  readonly params: readonly number[];
  /** Declares the buffers, and an offset and strides for each operand. */
  readonly declare: (k: ShaderBuilder) => DeclaredOperands;
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

/** How scratch memory holds values of a type: by whole words, so that invocations can write neighbours. */
const heldAs: Partial<Record<Type, DType>> = { f32: "float32", i32: "int32", i64: "int64", bool: "int32" };

/** Throws for types of which scratch memory holds none. */
export function scratchDType(type: Type): DType {
  const dtype = heldAs[type];
  if (dtype === undefined) throw new Error(`scratch memory holds no ${type}`);
  return dtype;
}

/** The weakest first. */
const accesses: readonly Access[] = ["read", "write", "atomic"];

/** Number of the weakest access that a use can do with. */
function accessFor({ view, as }: Use): number {
  if (as === "read") return 0;
  return as === "combine" || (as === "write" && bytesOf(view.dtype) < 4) ? 2 : 1;
}

/** Binds the operands of a dispatch; `errors` adds the device's error record. */
export function bindOperands(uses: readonly Use[], errors = false): BoundOperands {
  const buffers: Bound[] = [];
  /** The access of each buffer, by number. */
  const needs: number[] = [];
  const places: number[] = [];
  const params: number[] = [];
  let key = errors ? "!" : "";
  for (const use of uses) {
    const { buffer, dtype, strides, offset } = use.view;
    let place = buffers.indexOf(buffer);
    if (place < 0) {
      place = buffers.push(buffer) - 1;
      needs.push(0);
    }
    needs[place] = Math.max(needs[place] as number, accessFor(use));
    places.push(place);
    params.push(offset, ...strides);
    key += `${dtype}${place}^${strides.length},`;
  }
  if (errors) buffers.push("errors");
  return {
    key: key + needs.join(""),
    buffers,
    params,
    declare: (k) => {
      const words = needs.map((need) => k.buffer("words", accesses[need] as Access));
      const record = errors ? k.buffer("errors", "atomic") : null;
      const operands = uses.map(({ view }, i) => {
        const offset = k.param("offset");
        const strides = view.strides.map(() => k.param("stride"));
        return new ShaderOperand(words[places[i] as number] as Words, view.dtype, offset, strides);
      });
      return { operands, errors: record };
    },
  };
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
  /** Stores a value of any type, converted. */
  store(index: Value, value: Value): void {
    storeElement(this.words, this.dtype, index, convert(value, this.type));
  }
  /** The type kernels compute this operand's elements in. */
  get type() {
    return codecOf(this.dtype).type;
  }
}

/** An operand's elements by positions of some kind. */
export interface Elements<P> {
  readonly type: Type;
  load(at: P): Value;
  store(at: P, value: Value): void;
}

export const elementsOf = <P>(operand: ShaderOperand, index: (at: P) => Value): Elements<P> => ({
  type: operand.type,
  load: (at) => operand.load(index(at)),
  store: (at, value) => operand.store(index(at), value),
});

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
