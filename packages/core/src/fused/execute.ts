/** From a fused call to launches: allocates outputs and intermediates and binds everything to memory. */
import type { FusedOperand } from "../backend/kernels.js";
import type { Device } from "../backend/registry.js";
import { allocate, type Tensor } from "../tensor/tensor.js";
import { fits, type LaunchPlan, type OperandPlan, planLaunches } from "./launches.js";
import { type FusedParams, patternOf } from "./params.js";
import { checkSupport } from "./support.js";

/** The latest plan of each pattern: calls of one pattern mostly agree in their strides too. */
const plans = new WeakMap<FusedParams, LaunchPlan>();

function planOf(
  device: Device,
  inputs: readonly Tensor[],
  params: FusedParams,
  outputs: readonly Tensor[],
): LaunchPlan {
  const pattern = patternOf(params);
  const known = plans.get(pattern);
  if (known !== undefined && fits(known, inputs, outputs)) return known;
  checkSupport(params.program.name, device, inputs, outputs);
  const plan = planLaunches(inputs, pattern, outputs);
  plans.set(pattern, plan);
  return plan;
}

function bind(name: string, { strides }: OperandPlan, tensor: Tensor): FusedOperand {
  return { buffer: tensor.bufferFor(name), dtype: tensor.dtype, offset: tensor.offset, strides };
}

/**
 * Runs a fused program. `into` gives tensors to write instead of new ones; they must have the outputs' shapes and dtypes.
 */
export function executeFused(
  inputs: readonly Tensor[],
  params: FusedParams,
  into?: readonly Tensor[],
): Tensor[] {
  const first = (inputs[0] ?? into?.[0]) as Tensor;
  const { device } = first;
  const outputs: Tensor[] = [];
  for (let i = 0; i < params.outputs.length; i++) {
    const { dtype, shape } = params.outputs[i] as FusedParams["outputs"][number];
    outputs.push(into?.[i] ?? allocate(device, dtype, shape));
  }
  const { name } = params.program;
  const plan = planOf(device, inputs, params, outputs);
  const temporaries: Tensor[] = [];
  for (const { dtype, shape } of plan.temporaries) temporaries.push(allocate(device, dtype, shape));
  const homes = { input: inputs, output: outputs, temporary: temporaries };
  for (const launch of plan.launches) {
    const bound: (FusedOperand | number | bigint)[] = [];
    for (const from of launch.inputs) {
      if ("scalar" in from) bound.push(params.scalars[from.scalar] as number | bigint);
      else if ("extent" in from) bound.push(from.extent);
      else bound.push(bind(name, from, homes[from.home][from.at] as Tensor));
    }
    const written: FusedOperand[] = [];
    for (const to of launch.outputs) written.push(bind(name, to, homes[to.home][to.at] as Tensor));
    const { kernel, sizes, axisOf } = launch;
    device.backend.enqueue({ kernel, sizes, axisOf, inputs: bound, outputs: written });
  }
  for (const tensor of temporaries) tensor.dispose();
  return outputs;
}
