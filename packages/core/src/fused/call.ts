/** Calls of fused definitions on tensors: promotion and broadcasting. */

import { type DType, isFloat, isInt, type Kind, kindOf } from "../dtype.js";
import { ArgumentError, ShapeError } from "../errors.js";
import { apply } from "../primitives/dispatch.js";
import type { Definition } from "../program/define.js";
import type { Axes } from "../program/types.js";
import { broadcastShapes, formatShape, type Shape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import {
  checkCast,
  floatFor,
  resultType,
  type Scalar,
  scalarKind,
  type TensorLike,
  widthsFor,
} from "./dtypes.js";
import { executeFused } from "./execute.js";
import { layOut } from "./layout.js";
import type { FusedParams } from "./params.js";
import { RecentCalls, scalarsOf } from "./recent.js";

/**
 * The dtype of the outputs. `kind` (the usual): by what the program computes — the inputs' common dtype, made float for a float
 * result, int32 for an integer one where the inputs are not integers, bool for a condition. `promote`: the inputs' common dtype. `float`: that, made float.
 * `index`: int64 where that is int64, else int32. Or a fixed dtype.
 */
export type ResultRule = "kind" | "promote" | "float" | "index" | DType;

export interface FusedOptions {
  /** One rule for all outputs, or one for each in order. */
  readonly dtype?: ResultRule | readonly ResultRule[];
  /** Positions of the arguments that decide the common dtype; all by default. A condition, for one, does not. */
  readonly promote?: readonly number[];
}

/** How the outputs of a row program lose dimensions. */
export interface Reduction {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

const none: readonly number[] = Object.freeze([]);

/** The reduction of functions that reduce nothing. */
const pointwise: Reduction = { dims: none, keepdim: true };

/** Makes the variant of a definition whose outputs are cast to kinds (bool + bool is computed on integers, but is a bool). */
export type Variant = (kinds: readonly Kind[] | null) => Definition;

export class FusedCall {
  readonly #rules: ResultRule | readonly ResultRule[];
  readonly #recent = new RecentCalls();
  readonly #recentInto = new RecentCalls();

  constructor(
    readonly name: string,
    readonly arity: number,
    readonly variant: Variant,
    readonly options: FusedOptions,
  ) {
    this.#rules = options.dtype ?? "kind";
  }

  /** The shape that the tensors of a call, and `target` if it is given, broadcast to. Throws where these are no arguments. */
  #broadcast(args: readonly TensorLike[], ...target: Shape[]): Shape {
    if (args.length !== this.arity) {
      throw new ArgumentError(this.name, `expected ${this.arity} arguments, got ${args.length}`);
    }
    args.forEach((arg, i) => {
      if (!(arg instanceof Tensor) && !["number", "bigint", "boolean"].includes(typeof arg)) {
        throw new ArgumentError(
          this.name,
          `expected a tensor or a number as argument ${i + 1}, got ${arg === null ? "null" : typeof arg}`,
        );
      }
    });
    const tensors = tensorsOf(args);
    if (tensors.length === 0)
      throw new ArgumentError(
        this.name,
        "expected at least one tensor among its arguments, got only numbers",
      );
    return broadcastShapes(this.name, ...tensors.map((t) => t.shape), ...target);
  }

  #outputDType(kind: Kind, common: DType, at: number): DType {
    const rule = typeof this.#rules === "string" ? this.#rules : (this.#rules[at] as ResultRule);
    if (rule === "promote") return common;
    if (rule === "float") return floatFor(common);
    if (rule === "index") return common === "int64" ? "int64" : "int32";
    if (rule !== "kind") return rule;
    if (kind === "b") return "bool";
    if (kind === "i") return isInt(common) ? common : "int32";
    return floatFor(common);
  }

  #params(args: readonly TensorLike[], shape: Shape, { dims, keepdim }: Reduction): FusedParams {
    const { promote } = this.options;
    const common = resultType(...(promote?.map((i) => args[i] as TensorLike) ?? args));
    const tensors = tensorsOf(args);
    // A row function sees a 0-d tensor as a row of one element.
    const alone = dims.length > shape.length;
    const { maps, inputAxes, axes, over, sizes, axisOf } = layOut(
      tensors.map((t) => (alone ? [1] : t.shape)),
      alone ? [1] : shape,
      dims,
    );
    let next = 0;
    const inputs = args.map((arg) =>
      arg instanceof Tensor
        ? { axes: inputAxes[next++] as Axes, kind: kindOf(arg.dtype) }
        : { axes: 0, kind: weakKind(arg, common) },
    );
    let program = this.variant(null).program(inputs, axes, over);
    const dtypes = program.outputs.map((out, i) => this.#outputDType(out.node.kind, common, i));
    if (program.outputs.some((out, i) => out.node.kind !== kindOf(dtypes[i] as DType)))
      program = this.variant(dtypes.map(kindOf)).program(inputs, axes, over);

    const every = shape.map((_, d) => d);
    const kept = keepdim ? every : every.filter((d) => !dims.includes(d));
    const full = { shape, map: every };
    const folded = { shape: kept.map((d) => (dims.includes(d) ? 1 : (shape[d] as number))), map: kept };
    return {
      program,
      sizes,
      axisOf,
      scalars: scalarsOf(args),
      maps: alone ? tensors.map(() => none) : maps,
      outputs: program.outputs.map((out, i) => ({
        dtype: dtypes[i] as DType,
        ...((out.axes & over) !== 0 ? full : folded),
      })),
      widths: widthsFor(
        common,
        tensors.map(({ dtype }) => dtype),
        dtypes,
      ),
    };
  }

  /** Elementwise over the broadcast shape of the tensors. */
  pointwise(args: readonly TensorLike[]): Tensor[] {
    const params = this.#recent.recall(args, none, () =>
      this.#params(args, this.#broadcast(args), pointwise),
    );
    return apply("fused", tensorsOf(args), params);
  }

  /**
   * Elementwise, writing `outputs`, which may be among the arguments. Nothing is recorded for backward.
   * Throws where a result does not fit an output's shape or would drop to a lower kind of dtype.
   */
  into(outputs: readonly Tensor[], args: readonly TensorLike[]): void {
    const written = outputs.flatMap(({ shape, dtype }) => [...shape, dtype]);
    const params = this.#recentInto.recall(args, written, () => this.#intoParams(outputs, args));
    executeFused(tensorsOf(args), params, outputs);
    for (const out of outputs) out.storage.version++;
  }

  #intoParams(outputs: readonly Tensor[], args: readonly TensorLike[]): FusedParams {
    const target = (outputs[0] as Tensor).shape;
    const shape = this.#broadcast(args, target);
    if (!sameShape(shape, target)) {
      throw new ShapeError(
        this.name,
        `the result of shape ${formatShape(shape)} does not fit the tensor of shape ${formatShape(target)} it is to be written to`,
      );
    }
    const params = this.#params(args, shape, pointwise);
    const fitted = params.outputs.map((out, i) => {
      const { dtype } = outputs[i] as Tensor;
      checkCast(this.name, out.dtype, dtype);
      return { ...out, dtype };
    });
    return { ...params, outputs: fitted };
  }

  /** Row by row: folds over `dims` of the broadcast shape. */
  rowwise(args: readonly TensorLike[], reduction: (rank: number) => Reduction): Tensor[] {
    const tensors = tensorsOf(args);
    if (tensors.length === 0) this.#broadcast(args);
    const rank = tensors.reduce((most, { ndim }) => Math.max(most, ndim), 0);
    const { dims: given, keepdim } = reduction(rank);
    const dims = rank === 0 ? [0] : given;
    const params = this.#recent.recall(args, keepdim ? [...dims, -1] : dims, () =>
      this.#params(args, this.#broadcast(args), { dims, keepdim }),
    );
    return apply("fused", tensors, params);
  }
}

const tensorsOf = (args: readonly TensorLike[]): Tensor[] => {
  const tensors: Tensor[] = [];
  for (const arg of args) if (arg instanceof Tensor) tensors.push(arg);
  return tensors;
};

/**
 * A plain number's kind beside values of dtype `common`: it takes theirs where it is not of a higher one. A bigint stays
 * an integer, of full width, whatever it stands beside: seeds rely on it.
 */
function weakKind(value: Scalar, common: DType): Kind {
  if (typeof value === "bigint") return "i";
  const own = scalarKind(value);
  if (own === "f" || isFloat(common)) return "f";
  return own === "i" || isInt(common) ? "i" : "b";
}
