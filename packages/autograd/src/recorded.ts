/** Operations that autograd itself adds: a forward below the level of primitives with a gradient written by hand. */
import { isGradEnabled, noGrad, type Tensor } from "@flambeau/core";
import { edgeOf } from "./history.js";
import { metaOf } from "./meta.js";
import { type Backward, GradNode } from "./node.js";
import { attach } from "./state.js";

/** Runs `run` unrecorded and records its result, a new tensor, as made from `inputs` with the gradient `backward`. */
export function recorded(
  name: string,
  inputs: readonly Tensor[],
  run: () => Tensor,
  backward: Backward,
): Tensor {
  const edges = isGradEnabled() ? inputs.map(edgeOf) : [];
  const out = noGrad(run);
  if (edges.some((edge) => edge !== null)) {
    attach(out, new GradNode({ name, edges, outputs: [metaOf(out)], backward }), 0);
  }
  return out;
}
