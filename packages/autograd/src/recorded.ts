/** Operations that autograd itself adds: a forward below the level of primitives with a gradient written by hand. */
import { isGradEnabled, noGrad, type Tensor } from "@flambeau/core";
import { edgeOf } from "./history.js";
import { attachNew, type Backward } from "./node.js";

/** Runs `run` unrecorded and records its result, a new tensor, as made from `inputs` with the gradient `backward`. */
export function recorded(
  name: string,
  inputs: readonly Tensor[],
  run: () => Tensor,
  backward: Backward,
): Tensor {
  const edges = isGradEnabled() ? inputs.map(edgeOf) : [];
  const out = noGrad(run);
  return edges.some((edge) => edge !== null) ? attachNew(out, { name, edges, backward }) : out;
}
