/** Where gradients end: the `grad` of a leaf. */
import { isGradEnabled, type Tensor } from "@flambeau/core";
import { hold, letGo } from "@flambeau/core/internal";
import { metaOf } from "./meta.js";
import { GradNode, type RemovableHandle } from "./node.js";
import { addInto, clone, sum2 } from "./rules/ops.js";
import type { GradState } from "./state.js";

/** Makes `grad` the gradient of a state; it outlives the scope it was made in, as long as the state refers to it. */
export function replaceGrad(state: GradState, grad: Tensor | null): void {
  const before = state.grad;
  state.grad = grad === null ? null : hold(grad);
  if (before !== null && before !== grad) letGo(before);
}

/**
 * Adds a gradient to what a state holds. `owned` says that nothing else refers to its memory, which may then be taken.
 * While a graph is made of the gradients the sum is a new tensor, else it is made in place.
 */
export function accumulateInto(state: GradState, gradient: Tensor, owned: boolean): void {
  const before = state.grad;
  if (before === null) {
    replaceGrad(state, owned ? gradient : clone(gradient));
  } else if (isGradEnabled() || before.autograd?.requiresGrad === true) {
    replaceGrad(state, sum2(before, gradient));
  } else {
    addInto(before, gradient);
  }
}

export class AccumulateGrad extends GradNode {
  readonly #hooks = new Set<(leaf: Tensor) => void>();

  constructor(
    readonly leaf: Tensor,
    readonly state: GradState,
  ) {
    super({ name: "AccumulateGrad", edges: [], outputs: [metaOf(leaf)], backward: () => [] });
  }

  accumulate(gradient: Tensor, owned: boolean): void {
    accumulateInto(this.state, gradient, owned);
    for (const hook of this.#hooks) hook(this.leaf);
  }

  /** Calls `hook` with the leaf each time its gradient has been added to. */
  registerPostAccumulateHook(hook: (leaf: Tensor) => void): RemovableHandle {
    this.#hooks.add(hook);
    return { remove: () => void this.#hooks.delete(hook) };
  }
}
