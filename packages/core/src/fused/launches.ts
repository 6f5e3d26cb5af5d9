/** How a fused call is launched, whatever memory it gets: dtypes bound to kernels, dimensions merged. */
import type { FusedKernel } from "../backend/kernels.js";
import type { Device } from "../backend/registry.js";
import type { DType, Kind } from "../dtype.js";
import { remember } from "../program/memo.js";
import { schedule } from "../program/schedule.js";
import type { Step, Widths } from "../program/types.js";
import { contiguousStrides, type Shape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { dtypeOfKind } from "./dtypes.js";
import { type DimMap, extentOf, type FusedParams, shapeAlong } from "./params.js";

/**
 * An operand of a kernel: tensor `at` among the call's inputs, its outputs, or the plan's temporaries; or, without memory,
 * number `at` among the call's scalars or the plan's extents.
 */
export interface OperandPlan {
  readonly home: "inputs" | "outputs" | "temporaries" | "scalars" | "extents";
  readonly at: number;
  readonly strides: readonly number[];
}

export interface Launching {
  readonly kernel: FusedKernel;
  readonly sizes: readonly number[];
  readonly axisOf: readonly number[];
  readonly inputs: readonly OperandPlan[];
  readonly outputs: readonly OperandPlan[];
}

interface Geometry {
  readonly device?: Device;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

export interface LaunchPlan {
  readonly launches: readonly Launching[];
  /** Tensors that live from one launch to a later one. */
  readonly temporaries: readonly { readonly dtype: DType; readonly shape: Shape }[];
  /** Numbers of elements that kernels ask for. */
  readonly extents: readonly number[];
  /** The tensors the plan was made for. */
  readonly inputs: readonly Geometry[];
  readonly outputs: readonly Geometry[];
}

const same = (a: Geometry, b: Geometry): boolean =>
  a.device === b.device &&
  a.dtype === b.dtype &&
  sameShape(a.shape, b.shape) &&
  sameShape(a.strides, b.strides);

/** Whether a plan is one for tensors like these. */
export function fits(plan: LaunchPlan, inputs: readonly Tensor[], outputs: readonly Tensor[]): boolean {
  for (let i = 0; i < inputs.length; i++)
    if (!same(plan.inputs[i] as Geometry, inputs[i] as Tensor)) return false;
  for (let i = 0; i < outputs.length; i++)
    if (!same(plan.outputs[i] as Geometry, outputs[i] as Tensor)) return false;
  return true;
}

const kernels = new WeakMap<Step, Map<string, FusedKernel>>();

/** The interned kernel of a step with its dtypes bound. */
function fusedKernel(
  name: string,
  step: Step,
  inputs: readonly DType[],
  outputs: readonly DType[],
  widths: Widths,
): FusedKernel {
  const known = remember(kernels, step, () => new Map<string, FusedKernel>());
  return remember(known, `${inputs.join()}>${outputs.join()}:${widths.f}:${widths.i}`, () =>
    Object.freeze({ kind: "fused", name, step, inputs, outputs, widths }),
  );
}

/** An operand on all launch dimensions, before merging. */
type Laid = OperandPlan & { readonly dtype: DType };

/** A tensor on the launch dimensions that `map` names. */
function lay(
  home: OperandPlan["home"],
  at: number,
  { dtype, shape, strides: own }: Geometry,
  map: DimMap,
  rank: number,
): Laid {
  const strides = new Array<number>(rank).fill(0);
  for (let j = 0; j < map.length; j++) if (shape[j] !== 1) strides[map[j] as number] = own[j] as number;
  return { home, at, dtype, strides };
}

const geometryOf = ({ device, dtype, shape, strides }: Tensor): Geometry => ({
  device,
  dtype,
  shape,
  strides,
});

/** Plans the launches of a program for tensors like these. */
export function planLaunches(
  inputs: readonly Tensor[],
  params: FusedParams,
  outputs: readonly Tensor[],
): LaunchPlan {
  const { program, sizes, axisOf, widths, scalars } = params;
  const rank = sizes.length;
  const everyDim = sizes.map((_, d) => d);
  const number = (home: "scalars" | "extents", at: number, kind: Kind): Laid => ({
    home,
    at,
    dtype: dtypeOfKind(kind, widths),
    strides: everyDim.map(() => 0),
  });
  let next = 0;
  const given = program.inputs.map(({ kind }, i) => {
    if (scalars[i] !== null) return number("scalars", i, kind);
    const at = next++;
    return lay("inputs", at, inputs[at] as Tensor, params.maps[at] as DimMap, rank);
  });
  const made = outputs.map((out, i) =>
    lay("outputs", i, out, (params.outputs[i] as { map: DimMap }).map, rank),
  );
  const temporaries: { dtype: DType; shape: Shape }[] = [];
  const extents: number[] = [];
  const between: Laid[][] = [];
  const launches = schedule(program).map((step): Launching => {
    const read = step.inputs.map(({ from, kind }) => {
      if ("program" in from) return given[from.program] as Laid;
      if ("size" in from)
        return number("extents", extents.push(extentOf(from.size, sizes, axisOf)) - 1, kind);
      return (between[from.step] as Laid[])[from.output] as Laid;
    });
    const written = step.outputs.map((out): Laid => {
      if (out.program !== null) return made[out.program] as Laid;
      const dtype = dtypeOfKind(out.kind, widths);
      const shape = shapeAlong(out.axes, sizes, axisOf);
      const at = temporaries.push({ dtype, shape }) - 1;
      return lay("temporaries", at, { dtype, shape, strides: contiguousStrides(shape) }, everyDim, rank);
    });
    between.push(written);
    const dtypes = (operands: readonly Laid[]): DType[] => operands.map(({ dtype }) => dtype);
    const kernel = fusedKernel(program.name, step, dtypes(read), dtypes(written), widths);
    return { kernel, ...merge(step, sizes, axisOf, read, written) };
  });
  return {
    launches,
    temporaries,
    extents,
    inputs: inputs.map(geometryOf),
    outputs: outputs.map(geometryOf),
  };
}

/**
 * Keeps the dimensions that belong to the step's axes and have more than one element, and joins neighbours of one axis
 * that every operand walks as one.
 */
function merge(
  step: Step,
  sizes: readonly number[],
  axisOf: readonly number[],
  inputs: readonly Laid[],
  outputs: readonly Laid[],
): Omit<Launching, "kernel"> {
  const laid = [...inputs, ...outputs];
  const kept: number[] = [];
  const mergedSizes: number[] = [];
  const mergedAxes: number[] = [];
  for (let d = 0; d < sizes.length; d++) {
    const axis = axisOf[d] as number;
    const size = sizes[d] as number;
    if (axis < 0 || (step.axes & (1 << axis)) === 0 || size === 1) continue;
    const before = kept[kept.length - 1];
    const joins =
      before !== undefined &&
      axisOf[before] === axis &&
      laid.every(({ strides }) => strides[before] === (strides[d] as number) * size);
    if (joins) {
      kept[kept.length - 1] = d;
      mergedSizes[mergedSizes.length - 1] = (mergedSizes[mergedSizes.length - 1] as number) * size;
    } else {
      kept.push(d);
      mergedSizes.push(size);
      mergedAxes.push(axis);
    }
  }
  const project = ({ home, at, strides }: Laid): OperandPlan => ({
    home,
    at,
    strides: kept.map((d) => strides[d] as number),
  });
  return {
    sizes: mergedSizes,
    axisOf: mergedAxes,
    inputs: inputs.map(project),
    outputs: outputs.map(project),
  };
}
