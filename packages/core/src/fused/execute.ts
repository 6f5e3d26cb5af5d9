/** From a fused call to launches: allocates outputs and intermediates and binds everything to memory. */
import type { FusedOperand } from "../backend/kernels.js";
import type { Device } from "../backend/registry.js";
import { allocate, type Tensor } from "../tensor/tensor.js";
import { fits, type LaunchPlan, planLaunches } from "./launches.js";
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

function bind(name: string, tensor: Tensor, strides: readonly number[]): FusedOperand {
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
  const homes = { inputs, outputs, temporaries, scalars: params.scalars, extents: plan.extents };
  for (const launch of plan.launches) {
    const bound: (FusedOperand | number | bigint)[] = [];
    for (const { home, at, strides } of launch.inputs) {
      const value = homes[home][at] as Tensor | number | bigint;
      bound.push(typeof value === "object" ? bind(name, value, strides) : value);
    }
    const written: FusedOperand[] = [];
    for (const { home, at, strides } of launch.outputs)
      written.push(bind(name, homes[home][at] as Tensor, strides));
    const { kernel, sizes, axisOf } = launch;
    device.backend.enqueue({ kernel, sizes, axisOf, inputs: bound, outputs: written });
  }
  for (const tensor of temporaries) tensor.dispose();
  return outputs;
}
