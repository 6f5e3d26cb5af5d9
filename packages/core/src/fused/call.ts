/** Calls of fused definitions on tensors: promotion and broadcasting. */

import { type DType, isFloat, isInt, type Kind, kindOf } from "../dtype.js";
import { ArgumentError, ShapeError } from "../errors.js";
import { apply } from "../primitives/dispatch.js";
import type { Definition } from "../program/define.js";
import { remember } from "../program/memo.js";
import type { Axes, Program } from "../program/types.js";
import { broadcastShapes, formatShape, type Shape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import {
  checkCast,
  defaultDType,
  floatFor,
  resultType,
  type Scalar,
  scalarKind,
  type TensorLike,
  widthsFor,
} from "./dtypes.js";
import { executeFused } from "./execute.js";
import { type Layout, layOut } from "./layout.js";
import type { DimMap, FusedParams } from "./params.js";
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

interface Prepared {
  readonly program: Program;
  readonly outputs: readonly DType[];
}

/** Makes the variant of a definition whose outputs are cast to kinds (bool + bool is computed on integers, but is a bool). */
export type Variant = (kinds: readonly Kind[] | null) => Definition;

export class FusedCall {
  readonly #prepared = new Map<string, Prepared>();
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

  #check(args: readonly TensorLike[]): void {
    if (args.length !== this.arity) {
      throw new ArgumentError(this.name, `expected ${this.arity} arguments, got ${args.length}`);
    }
    let tensors = 0;
    args.forEach((arg, i) => {
      if (arg instanceof Tensor) tensors++;
      else if (typeof arg !== "number" && typeof arg !== "bigint" && typeof arg !== "boolean") {
        throw new ArgumentError(
          this.name,
          `expected a tensor or a number as argument ${i + 1}, got ${arg === null ? "null" : typeof arg}`,
        );
      }
    });
    if (tensors === 0)
      throw new ArgumentError(
        this.name,
        "expected at least one tensor among its arguments, got only numbers",
      );
  }

  /** Program and output dtypes for these arguments, whose common dtype is `common`, on this layout; remembered. */
  #prepare(
    args: readonly TensorLike[],
    common: DType,
    inputAxes: readonly Axes[],
    { axes, over }: Layout,
  ): Prepared {
    const kinds = args.map((arg) => (arg instanceof Tensor ? kindOf(arg.dtype) : weakKind(arg, common)));
    const key = `${common}|${defaultDType()}|${kinds.join("")}|${inputAxes.join()}|${axes}|${over}`;
    return remember(this.#prepared, key, () => {
      const inputs = kinds.map((kind, i) => ({ axes: inputAxes[i] as Axes, kind }));
      let program = this.variant(null).program(inputs, axes, over);
      const outputs = program.outputs.map((out, i) => this.#outputDType(out.node.kind, common, i));
      if (program.outputs.some((out, i) => out.node.kind !== kindOf(outputs[i] as DType))) {
        program = this.variant(outputs.map(kindOf)).program(inputs, axes, over);
      }
      return { program, outputs };
    });
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

  #params(
    args: readonly TensorLike[],
    layout: Layout,
    outputShape: (axes: Axes) => { shape: Shape; map: DimMap },
  ): FusedParams {
    const { promote } = this.options;
    const common = resultType(...(promote?.map((i) => args[i] as TensorLike) ?? args));
    let next = 0;
    const inputAxes = args.map((arg) => (arg instanceof Tensor ? (layout.inputAxes[next++] as Axes) : 0));
    const { program, outputs } = this.#prepare(args, common, inputAxes, layout);
    return {
      program,
      sizes: layout.sizes,
      axisOf: layout.axisOf,
      scalars: scalarsOf(args),
      maps: layout.maps,
      outputs: program.outputs.map((out, i) => ({ dtype: outputs[i] as DType, ...outputShape(out.axes) })),
      widths: widthsFor(
        common,
        tensorsOf(args).map(({ dtype }) => dtype),
        outputs,
      ),
    };
  }

  /** Elementwise over the broadcast shape of the tensors. */
  pointwise(args: readonly TensorLike[]): Tensor[] {
    const tensors = tensorsOf(args);
    const params = this.#recent.recall(args, none, () => {
      this.#check(args);
      return this.#pointwiseParams(args, tensors, broadcastShapes(this.name, ...tensors.map((t) => t.shape)));
    });
    return apply("fused", tensors, params);
  }

  #pointwiseParams(args: readonly TensorLike[], tensors: readonly Tensor[], shape: Shape): FusedParams {
    const layout = layOut(
      tensors.map((t) => t.shape),
      shape,
      [],
    );
    const map = shape.map((_, d) => d);
    return this.#params(args, layout, () => ({ shape, map }));
  }

  /**
   * Elementwise, writing `outputs`, which may be among the arguments. Nothing is recorded for backward.
   * Throws where a result does not fit an output's shape or would drop to a lower kind of dtype.
   */
  into(outputs: readonly Tensor[], args: readonly TensorLike[]): void {
    const tensors = tensorsOf(args);
    const written = outputs.flatMap(({ shape, dtype }) => [...shape, dtype]);
    const params = this.#recentInto.recall(args, written, () => {
      this.#check(args);
      return this.#intoParams(outputs, args, tensors);
    });
    executeFused(tensors, params, outputs);
    for (const out of outputs) out.storage.version++;
  }

  #intoParams(
    outputs: readonly Tensor[],
    args: readonly TensorLike[],
    tensors: readonly Tensor[],
  ): FusedParams {
    const target = (outputs[0] as Tensor).shape;
    const shape = broadcastShapes(this.name, ...tensors.map((t) => t.shape), target);
    if (!sameShape(shape, target)) {
      throw new ShapeError(
        this.name,
        `the result of shape ${formatShape(shape)} does not fit the tensor of shape ${formatShape(target)} it is to be written to`,
      );
    }
    const params = this.#pointwiseParams(args, tensors, shape);
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
    if (tensors.length === 0) this.#check(args);
    const { dims, keepdim } = reduction(tensors.reduce((rank, { shape }) => Math.max(rank, shape.length), 0));
    const params = this.#recent.recall(args, keepdim ? [...dims, -1] : dims, () => {
      this.#check(args);
      return this.#rowParams(args, tensors, { dims, keepdim });
    });
    return apply("fused", tensors, params);
  }

  #rowParams(
    args: readonly TensorLike[],
    tensors: readonly Tensor[],
    { dims, keepdim }: Reduction,
  ): FusedParams {
    const shape = broadcastShapes(this.name, ...tensors.map((t) => t.shape));
    const scalarShape = shape.length === 0;
    const layout = layOut(
      tensors.map((t) => (scalarShape ? [1] : t.shape)),
      scalarShape ? [1] : shape,
      scalarShape ? [0] : dims,
    );
    const maps = scalarShape ? tensors.map(() => []) : layout.maps;
    const full = { shape, map: shape.map((_, d) => d) };
    const kept = full.map.filter((d) => !dims.includes(d));
    const folded = keepdim
      ? { shape: shape.map((size, d) => (dims.includes(d) ? 1 : size)), map: full.map }
      : { shape: kept.map((d) => shape[d] as number), map: kept };
    return this.#params(args, { ...layout, maps }, (axes) => ((axes & layout.over) !== 0 ? full : folded));
  }
}

const tensorsOf = (args: readonly TensorLike[]): Tensor[] => {
  const tensors: Tensor[] = [];
  for (const arg of args) if (arg instanceof Tensor) tensors.push(arg);
  return tensors;
};

const none: readonly number[] = Object.freeze([]);

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
