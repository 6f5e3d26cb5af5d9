/** Where the gradient of a tensor goes, now: views catch up with writes to what they view. */
import type { Tensor } from "@flambeau/core";
import { AccumulateGrad } from "./accumulate.js";
import { metaOf } from "./meta.js";
import { attachNew } from "./node.js";
import { stridedAdjoint } from "./rules/strided.js";
import { type Edge, type GradState, isStale, recordedState } from "./state.js";

/** The state of a tensor; a view whose base was written in place since gets its history from there. */
export function stateOf(x: Tensor): GradState | null {
  if (isStale(x)) catchUp(x);
  return recordedState(x);
}

/** Whether operations on x are recorded. */
export function requiresGrad(x: Tensor): boolean {
  if (x.viewOf === null) return x.autograd?.requiresGrad ?? false;
  return stateOf(x)?.requiresGrad ?? false;
}

/** Where the gradient of x goes; null where it needs none. */
export function edgeOf(x: Tensor): Edge | null {
  const state = stateOf(x);
  if (state === null || !state.requiresGrad) return null;
  if (state.edge !== null) return state.edge;
  state.accumulator ??= { node: new AccumulateGrad(x, state), output: 0 };
  return state.accumulator;
}

/** Records x anew as a strided view of its base. */
function catchUp(x: Tensor): void {
  const base = x.viewOf?.base as Tensor;
  const edge = edgeOf(base);
  if (edge === null || base.dtype !== x.dtype) {
    x.autograd = null;
    return;
  }
  const [from, to] = [metaOf(base), metaOf(x)];
  attachNew(x, {
    name: "AsStridedBackward",
    edges: [edge],
    backward: ([g]) => [stridedAdjoint(g as Tensor, from, to)],
  });
}
