/** From a fused call to launches: allocates outputs and intermediates, binds dtypes, merges dimensions. */
import type { FusedKernel, FusedOperand } from "../backend/kernels.js";
import type { DType, Kind } from "../dtype.js";
import { schedule } from "../program/schedule.js";
import type { Step, Widths } from "../program/types.js";
import { contiguousStrides } from "../tensor/shape.js";
import { allocate, type Tensor } from "../tensor/tensor.js";
import { type DimMap, extentOf, type FusedParams, shapeAlong } from "./params.js";
import { checkSupport } from "./support.js";

/** A tensor laid on launch dimensions, before merging. */
interface Laid {
  readonly operand: FusedOperand;
  readonly strides: readonly number[];
}

const kernels = new WeakMap<Step, Map<string, FusedKernel>>();

/** The interned kernel of a step with its dtypes bound. */
export function fusedKernel(
  name: string,
  step: Step,
  inputs: readonly DType[],
  outputs: readonly DType[],
  widths: Widths,
): FusedKernel {
  const known = kernels.get(step) ?? new Map<string, FusedKernel>();
  kernels.set(step, known);
  const key = `${inputs.join()}>${outputs.join()}:${widths.f}:${widths.i}`;
  let kernel = known.get(key);
  if (kernel === undefined) {
    kernel = Object.freeze({ kind: "fused", name, step, inputs, outputs, widths });
    known.set(key, kernel);
  }
  return kernel;
}

function lay(name: string, tensor: Tensor, map: DimMap, sizes: readonly number[]): Laid {
  const strides = new Array<number>(sizes.length).fill(0);
  for (let j = 0; j < map.length; j++) {
    if (tensor.shape[j] !== 1) strides[map[j] as number] = tensor.strides[j] as number;
  }
  const operand = { buffer: tensor.bufferFor(name), dtype: tensor.dtype, offset: tensor.offset, strides };
  return { operand, strides };
}

const intermediateDType = (kind: Kind, widths: Widths): DType =>
  kind === "f" ? widths.f : kind === "i" ? widths.i : "bool";

/**
 * Runs a fused program. `into` gives tensors to write instead of new ones; they must have the outputs' shapes and dtypes.
 */
export function executeFused(
  inputs: readonly Tensor[],
  params: FusedParams,
  into?: readonly Tensor[],
): Tensor[] {
  const { program, sizes, axisOf, widths } = params;
  const first = (inputs[0] ?? into?.[0]) as Tensor;
  const device = first.device;
  const outputs = into ?? params.outputs.map((out) => allocate(device, out.dtype, out.shape));
  checkSupport(program.name, device, inputs, outputs);

  let next = 0;
  const given = params.scalars.map((scalar): Laid | number | bigint => {
    if (scalar !== null) return scalar;
    const at = next++;
    return lay(program.name, inputs[at] as Tensor, params.maps[at] as DimMap, sizes);
  });
  const givenDType = (slot: Laid | number | bigint, kind: Kind): DType =>
    typeof slot === "object" ? slot.operand.dtype : intermediateDType(kind, widths);
  const made = outputs.map((out, i) =>
    lay(program.name, out, (params.outputs[i] as { map: DimMap }).map, sizes),
  );

  const steps = schedule(program);
  const intermediates: Laid[][] = [];
  const temporaries: Tensor[] = [];
  for (const step of steps) {
    const stepInputs = step.inputs.map(({ from }) => {
      if ("program" in from) return given[from.program] as Laid | number | bigint;
      if ("size" in from) return extentOf(from.size, sizes, axisOf);
      return (intermediates[from.step] as Laid[])[from.output] as Laid;
    });
    const stepOutputs = step.outputs.map((out): Laid => {
      if (out.program !== null) return made[out.program] as Laid;
      const shape = shapeAlong(out.axes, sizes, axisOf);
      const tensor = allocate(device, intermediateDType(out.kind, widths), shape);
      temporaries.push(tensor);
      return lay(
        program.name,
        tensor,
        shape.map((_, d) => d),
        sizes,
      );
    });
    intermediates.push(stepOutputs);
    const kernel = fusedKernel(
      program.name,
      step,
      stepInputs.map((slot, i) => givenDType(slot, (step.inputs[i] as { kind: Kind }).kind)),
      stepOutputs.map((out) => out.operand.dtype),
      widths,
    );
    device.backend.enqueue({ kernel, ...merge(step, sizes, axisOf, stepInputs, stepOutputs) });
  }
  for (const tensor of temporaries) tensor.dispose();
  return outputs as Tensor[];
}

/**
 * Keeps the dimensions that belong to the step's axes and have more than one element, and joins neighbours of one axis
 * that every operand walks as one.
 */
function merge(
  step: Step,
  sizes: readonly number[],
  axisOf: readonly number[],
  inputs: readonly (Laid | number | bigint)[],
  outputs: readonly Laid[],
) {
  const laid = [...inputs.filter((slot): slot is Laid => typeof slot === "object"), ...outputs];
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
  const project = ({ operand, strides }: Laid): FusedOperand => ({
    ...operand,
    strides: kept.map((d) => strides[d] as number),
  });
  return {
    sizes: mergedSizes,
    axisOf: mergedAxes,
    inputs: inputs.map((slot) => (typeof slot === "object" ? project(slot) : slot)),
    outputs: outputs.map(project),
  };
}

/** Strides of a contiguous one-dimensional walk, shared by the fast paths. */
export const unitStride: readonly number[] = Object.freeze(contiguousStrides([1]));
