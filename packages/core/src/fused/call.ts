/** Calls of fused definitions on tensors: promotion, broadcasting, and a short path for the plainest case. */

import type { FusedKernel } from "../backend/kernels.js";
import { type DType, dtypeNames, isFloat, isInt, type Kind, kindOf } from "../dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../errors.js";
import { apply, isUnobserved } from "../primitives/dispatch.js";
import type { Definition } from "../program/define.js";
import { schedule } from "../program/schedule.js";
import type { Axes, Program } from "../program/types.js";
import { broadcastShapes, formatShape, type Shape, sameShape } from "../tensor/shape.js";
import { allocate, Tensor } from "../tensor/tensor.js";
import {
  canCast,
  defaultDType,
  floatFor,
  resultType,
  type Scalar,
  scalarKind,
  scalarValue,
  type TensorLike,
  widthsFor,
} from "./dtypes.js";
import { executeFused } from "./execute.js";
import { fusedKernel, unitStride } from "./launches.js";
import { type Layout, layOut } from "./layout.js";
import type { DimMap, FusedParams } from "./params.js";
import { RecentCalls } from "./recent.js";
import { checkSupport } from "./support.js";

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
  readonly kinds: readonly Kind[];
  readonly outputs: readonly DType[];
}

/** Makes the variant of a definition whose outputs are cast to kinds (bool + bool is computed on integers, but is a bool). */
export type Variant = (kinds: readonly Kind[] | null) => Definition;

const codes = new Map(dtypeNames.map((name, i) => [name, i + 1]));

export class FusedCall {
  readonly #prepared = new Map<string, Prepared>();
  readonly #plain = new Map<number, { kernel: FusedKernel; dtype: DType } | null>();
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

  /** Program, input kinds and output dtypes for these arguments on this layout; remembered. */
  #prepare(args: readonly TensorLike[], inputAxes: readonly Axes[], axes: Axes, over: Axes): Prepared {
    const deciding =
      this.options.promote === undefined ? args : this.options.promote.map((i) => args[i] as TensorLike);
    const common = resultType(...deciding);
    const kinds = args.map((arg) => (arg instanceof Tensor ? kindOf(arg.dtype) : weakKind(arg, common)));
    const key = `${common}|${defaultDType()}|${kinds.join("")}|${inputAxes.join()}|${axes}|${over}`;
    let prepared = this.#prepared.get(key);
    if (prepared === undefined) {
      const inputs = args.map((_, i) => ({ axes: inputAxes[i] as Axes, kind: kinds[i] as Kind }));
      let program = this.variant(null).program(inputs, axes, over);
      const outputs = program.outputs.map((out, i) => this.#outputDType(out.node.kind, common, i));
      if (program.outputs.some((out, i) => out.node.kind !== kindOf(outputs[i] as DType))) {
        program = this.variant(outputs.map(kindOf)).program(inputs, axes, over);
      }
      prepared = { program, kinds, outputs };
      this.#prepared.set(key, prepared);
    }
    return prepared;
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

  /**
   * Equal shapes, one dtype, contiguous, nobody recording: no layout to work out. Returns null where that does not hold.
   */
  #short(args: readonly TensorLike[], out: Tensor | null): Tensor | null {
    let model: Tensor | null = null;
    let key = 0;
    for (const arg of args) {
      if (typeof arg === "number") {
        key = key * 16 + (Number.isInteger(arg) ? 12 : 13);
      } else if (typeof arg === "bigint") {
        key = key * 16 + 14;
      } else if (arg instanceof Tensor) {
        if (model === null) model = arg;
        else if (
          arg.dtype !== model.dtype ||
          arg.device !== model.device ||
          !sameShape(arg.shape, model.shape)
        )
          return null;
        if (!arg.isContiguous()) return null;
        key = key * 16 + (codes.get(arg.dtype) as number);
      } else return null;
    }
    if (model === null || args.length !== this.arity || args.length > 6) return null;
    const tensors = tensorsOf(args);
    if (!isUnobserved(tensors)) return null;
    key = 2 * key + (defaultDType() === "float64" ? 1 : 0);
    if (model.shape.length === 0) key = -key;
    let entry = this.#plain.get(key);
    if (entry === undefined) {
      entry = this.#plainKernel(args);
      this.#plain.set(key, entry);
    }
    if (entry === null) return null;
    if (
      out !== null &&
      (out.dtype !== entry.dtype ||
        !sameShape(out.shape, model.shape) ||
        !out.isContiguous() ||
        out.device !== model.device)
    )
      return null;
    const { kernel, dtype } = entry;
    if (!model.device.backend.capabilities.dtypes.has(model.dtype))
      checkSupport(this.name, model.device, [model]);
    const result = out ?? allocate(model.device, dtype, model.shape);
    const one = model.numel === 1;
    const strides = one ? none : unitStride;
    const name = this.name;
    model.device.backend.enqueue({
      kernel,
      sizes: one ? none : [model.numel],
      axisOf: one ? none : zero,
      inputs: args.map((arg) =>
        typeof arg === "object"
          ? { buffer: arg.bufferFor(name), dtype: arg.dtype, offset: arg.offset, strides }
          : (arg as number),
      ),
      outputs: [{ buffer: result.bufferFor(name), dtype, offset: result.offset, strides }],
    });
    return result;
  }

  #plainKernel(args: readonly TensorLike[]): { kernel: FusedKernel; dtype: DType } | null {
    const { program, kinds, outputs } = this.#prepare(
      args,
      args.map((arg) => (arg instanceof Tensor ? 1 : 0)),
      1,
      0,
    );
    const [step, ...more] = schedule(program);
    if (step === undefined || more.length > 0 || outputs.length !== 1 || step.inputs.length !== args.length)
      return null;
    const dtypes = args.map((arg) => (arg instanceof Tensor ? arg.dtype : null));
    const given = dtypes.filter((d): d is DType => d !== null);
    const widths = widthsFor(resultType(...args), given, outputs);
    const bound = step.inputs.map((input) => {
      const slot = "program" in input.from ? input.from.program : 0;
      return dtypes[slot] ?? (kinds[slot] === "f" ? widths.f : kinds[slot] === "i" ? widths.i : "bool");
    });
    const inOrder = step.inputs.every((input, i) => "program" in input.from && input.from.program === i);
    return inOrder
      ? { kernel: fusedKernel(this.name, step, bound, outputs, widths), dtype: outputs[0] as DType }
      : null;
  }

  #params(
    args: readonly TensorLike[],
    layout: Layout,
    outputShape: (axes: Axes) => { shape: Shape; map: DimMap },
  ): FusedParams {
    const inputAxes: Axes[] = [];
    let next = 0;
    for (const arg of args) inputAxes.push(arg instanceof Tensor ? (layout.inputAxes[next++] as Axes) : 0);
    const { program, outputs } = this.#prepare(args, inputAxes, layout.axes, layout.over);
    const deciding =
      this.options.promote === undefined ? args : this.options.promote.map((i) => args[i] as TensorLike);
    const given = args.filter((arg): arg is Tensor => arg instanceof Tensor).map((t) => t.dtype);
    return {
      program,
      sizes: layout.sizes,
      axisOf: layout.axisOf,
      scalars: args.map((arg) => (arg instanceof Tensor ? null : scalarValue(arg))),
      maps: layout.maps,
      outputs: program.outputs.map((out, i) => ({ dtype: outputs[i] as DType, ...outputShape(out.axes) })),
      widths: widthsFor(resultType(...deciding), given, outputs),
    };
  }

  /** Elementwise over the broadcast shape of the tensors. */
  pointwise(args: readonly TensorLike[]): Tensor[] {
    const short = this.#short(args, null);
    if (short !== null) return [short];
    const tensors = tensorsOf(args);
    let params = this.#recent.find(args, none);
    if (params === null) {
      this.#check(args);
      const shape = broadcastShapes(this.name, ...tensors.map((t) => t.shape));
      params = this.#recent.remember(args, this.#pointwiseParams(args, tensors, shape), none);
    }
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
    const first = outputs[0] as Tensor;
    if (outputs.length > 1 || this.#short(args, first) === null) {
      const tensors = tensorsOf(args);
      let params = this.#recentInto.find(args, first.shape);
      if (params === null || params.outputs.some(({ dtype }, i) => dtype !== outputs[i]?.dtype)) {
        this.#check(args);
        const made = this.#intoParams(outputs, args, tensors);
        params = this.#recentInto.remember(args, made, first.shape);
      }
      executeFused(tensors, params, outputs);
    }
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
      if (!canCast(out.dtype, dtype)) {
        throw new DTypeError(
          this.name,
          `a ${out.dtype} result cannot be written to a ${dtype} tensor without losing values`,
        );
      }
      return { ...out, dtype };
    });
    return { ...params, outputs: fitted };
  }

  /** Row by row: folds over `dims` of the broadcast shape. */
  rowwise(args: readonly TensorLike[], reduction: (rank: number) => Reduction): Tensor[] {
    const tensors = tensorsOf(args);
    if (tensors.length === 0) this.#check(args);
    const { dims, keepdim } = reduction(tensors.reduce((rank, { shape }) => Math.max(rank, shape.length), 0));
    let params = this.#recent.find(args, dims, keepdim);
    if (params === null) {
      this.#check(args);
      params = this.#recent.remember(args, this.#rowParams(args, tensors, { dims, keepdim }), dims, keepdim);
    }
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
const zero: readonly number[] = Object.freeze([0]);

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
