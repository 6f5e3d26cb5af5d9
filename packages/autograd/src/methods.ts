/** Autograd's properties and methods of tensors. */
import { ArgumentError, AutogradError, DTypeError, isFloat, Tensor } from "@flambeau/core";
import { defineMethod, onRequiresGrad } from "@flambeau/core/internal";
import { type AccumulateGrad, replaceGrad } from "./accumulate.js";
import { type BackwardOptions, backward, checkGradient } from "./backward.js";
import { edgeOf, requiresGrad, stateOf } from "./history.js";
import { tensorOn } from "./meta.js";
import type { GradNode, RemovableHandle, TensorHook } from "./node.js";
import { type Edge, ensureState, GradState, recordedState } from "./state.js";

declare global {
  namespace Flambeau {
    interface TensorExtensions {
      /** Whether operations on the tensor are recorded for backward (`Tensor.requires_grad`). Can be set on leaves. */
      requiresGrad: boolean;
      /** Sets requiresGrad and returns the tensor (`Tensor.requires_grad_`). */
      requiresGrad_(flag?: boolean): this;
      /** Whether no recorded operation made the tensor (`Tensor.is_leaf`). */
      readonly isLeaf: boolean;
      /** The gradient that backward accumulated; null before (`Tensor.grad`). */
      grad: Tensor | null;
      /** The recorded operation that made the tensor; null for a leaf (`Tensor.grad_fn`). */
      readonly gradFn: GradNode | null;
      /**
       * Adds to the `grad` of every leaf the gradient of this tensor (`Tensor.backward`). `gradient` weights the elements; it
       * can be left out where there is one element.
       */
      backward(gradient?: Tensor | null, options?: BackwardOptions): void;
      backward(options: BackwardOptions): void;
      /** Keeps `grad` of this tensor too although it is no leaf (`Tensor.retain_grad`). */
      retainGrad(): void;
      /** Whether this is no leaf and its gradient is kept (`Tensor.retains_grad`). */
      readonly retainsGrad: boolean;
      /** Calls `hook` with the tensor's gradient each time it is computed; what it returns replaces it (`Tensor.register_hook`). */
      registerHook(hook: TensorHook): RemovableHandle;
      /** Calls `hook` with this leaf after its `grad` was added to (`Tensor.register_post_accumulate_grad_hook`). */
      registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): RemovableHandle;
      /** The same memory without history: a leaf that requires no grad (`Tensor.detach`). */
      detach(): Tensor;
      /** Forgets the tensor's history (`Tensor.detach_`). */
      detach_(): this;
    }
  }
}

function setRequiresGrad(op: string, x: Tensor, flag: boolean): void {
  const state = stateOf(x);
  if (state !== null && state.edge !== null && state.requiresGrad) {
    if (flag) return;
    throw new AutogradError(
      op,
      "requiresGrad of a tensor that is not a leaf cannot be cleared; use detach()",
    );
  }
  if (flag && !isFloat(x.dtype)) {
    throw new DTypeError(op, `expected a floating-point tensor to require grad, got ${x.dtype}`);
  }
  if (flag || state !== null) ensureState(x).requiresGrad = flag;
}

function setGrad(x: Tensor, grad: Tensor | null): void {
  if (grad === null || grad === undefined) {
    const state = recordedState(x);
    if (state !== null) replaceGrad(state, null);
    return;
  }
  if (!(grad instanceof Tensor))
    throw new ArgumentError("grad", `expected a tensor or null, got ${typeof grad}`);
  checkGradient("grad", grad, x);
  replaceGrad(ensureState(x), grad);
}

function edgeFor(op: string, x: Tensor): Edge {
  const edge = edgeOf(x);
  if (edge === null)
    throw new AutogradError(op, "expected a tensor that requires grad, got one that does not");
  return edge;
}

const isBackwardOptions = (value: unknown): value is BackwardOptions =>
  value !== null && typeof value === "object" && !(value instanceof Tensor);

const properties = {
  requiresGrad: {
    get(this: Tensor): boolean {
      return requiresGrad(this);
    },
    set(this: Tensor, flag: boolean) {
      setRequiresGrad("requiresGrad", this, flag);
    },
  },
  isLeaf: {
    get(this: Tensor): boolean {
      const state = stateOf(this);
      return state === null || state.edge === null || !state.requiresGrad;
    },
  },
  grad: {
    get(this: Tensor): Tensor | null {
      return recordedState(this)?.grad ?? null;
    },
    set(this: Tensor, grad: Tensor | null) {
      setGrad(this, grad);
    },
  },
  gradFn: {
    get(this: Tensor): GradNode | null {
      const state = stateOf(this);
      return state?.requiresGrad ? (state.edge?.node ?? null) : null;
    },
  },
  retainsGrad: {
    get(this: Tensor): boolean {
      return recordedState(this)?.retainsGrad ?? false;
    },
  },
};

for (const [name, property] of Object.entries(properties)) {
  Object.defineProperty(Tensor.prototype, name, { ...property, configurable: true, enumerable: false });
}

defineMethod("requiresGrad_", function (this: Tensor, flag = true) {
  setRequiresGrad("requiresGrad_", this, flag);
  return this;
});

defineMethod(
  "backward",
  function (this: Tensor, gradient?: Tensor | null | BackwardOptions, options?: BackwardOptions) {
    if (isBackwardOptions(gradient)) backward(this, null, gradient);
    else backward(this, gradient ?? null, options);
  },
);

defineMethod("retainGrad", function (this: Tensor) {
  const { node, output } = edgeFor("retainGrad", this);
  const state = stateOf(this) as GradState;
  if (state.edge === null) return;
  state.retainsGrad = true;
  node.retaining ??= new Map();
  node.retaining.set(output, state);
});

defineMethod("registerHook", function (this: Tensor, hook: TensorHook) {
  const { node, output } = edgeFor("registerHook", this);
  return node.registerTensorHook(output, hook);
});

defineMethod("registerPostAccumulateGradHook", function (this: Tensor, hook: (leaf: Tensor) => void) {
  const { node } = edgeFor("registerPostAccumulateGradHook", this);
  if (!this.isLeaf) {
    throw new AutogradError(
      "registerPostAccumulateGradHook",
      "expected a leaf, got the result of a recorded operation",
    );
  }
  return (node as AccumulateGrad).registerPostAccumulateHook(hook);
});

defineMethod("detach", function (this: Tensor) {
  this.bufferFor("detach");
  return tensorOn(this.storage, this);
});

defineMethod("detach_", function (this: Tensor) {
  if (this.viewOf !== null)
    throw new AutogradError("detach_", "a view cannot be detached in place; use detach()");
  const before = recordedState(this);
  if (before !== null) {
    const state = new GradState(false, null, this.storage.version);
    state.grad = before.grad;
    this.autograd = state;
  }
  return this;
});

onRequiresGrad((x) => setRequiresGrad("requiresGrad", x, true));
