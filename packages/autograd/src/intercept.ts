/** Gradients seen on their way. */
import { isFloat, isGradEnabled, type Tensor } from "@flambeau/core";
import { checked } from "./function.js";
import { edgeOf } from "./history.js";
import { metaOf } from "./meta.js";
import { type Gradients, GradNode } from "./node.js";
import { attach } from "./state.js";

/**
 * New handles of tensors. In backward `see` is given the gradients of all of them at once, null for those that nothing
 * used, and what it returns goes on to the tensors. `name` is that of the node on the tape and of errors.
 *
 * @internal
 */
export function interceptGradients(
  name: string,
  tensors: readonly Tensor[],
  see: (grads: Gradients) => readonly (Tensor | null | undefined)[],
): readonly Tensor[] {
  const edges = tensors.map((x) => (isGradEnabled() ? edgeOf(x) : null));
  if (edges.every((edge) => edge === null)) return tensors;
  const handles = tensors.map((x) => x.detach());
  const outputs = handles.map(metaOf);
  const node = new GradNode({
    name: `${name}Backward`,
    edges,
    outputs,
    foreign: true,
    backward: (grads) => checked(name, see(grads), outputs),
  });
  handles.forEach((handle, i) => {
    if (isFloat(handle.dtype)) attach(handle, node, i);
  });
  return handles;
}
