/** Going through the tape: gradients of tensors. */
import {
  AutogradError,
  DeviceError,
  DTypeError,
  isFloat,
  ones,
  ShapeError,
  setGradEnabled,
  Tensor,
} from "@flambeau/core";
import { formatShape, sameShape } from "@flambeau/core/internal";
import { accumulateInto } from "./accumulate.js";
import { Engine, type Root } from "./engine.js";
import { edgeOf } from "./history.js";
import { type Edge, ensureState } from "./state.js";

export interface BackwardOptions {
  /** Keep what the graph saved, so that backward can go through it again. Default: the value of createGraph. */
  retainGraph?: boolean;
  /** Record the gradients themselves, so that they can be differentiated. */
  createGraph?: boolean;
  /** Accumulate into these tensors only, by default into every leaf that was used. */
  inputs?: Tensor | readonly Tensor[];
}

type Several<T> = T | readonly T[];
const list = <T>(value: Several<T>): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Throws unless `gradient` can be one of `tensor`. */
export function checkGradient(op: string, gradient: Tensor, { shape, dtype, device }: Tensor): void {
  if (!sameShape(gradient.shape, shape)) {
    throw new ShapeError(
      op,
      `expected a gradient of shape ${formatShape(shape)}, got ${formatShape(gradient.shape)}`,
    );
  }
  if (gradient.dtype !== dtype)
    throw new DTypeError(op, `expected a gradient of dtype ${dtype}, got ${gradient.dtype}`);
  if (gradient.device !== device)
    throw new DeviceError(op, `expected a gradient on ${device}, got one on ${gradient.device}`);
}

function rootOf(op: string, tensor: Tensor, gradient: Tensor | null | undefined, at: number): Root {
  const edge = edgeOf(tensor);
  if (edge === null) {
    throw new AutogradError(
      op,
      `expected tensor ${at} to require grad and to be made of tensors that do, got one that is not`,
    );
  }
  if (gradient === null || gradient === undefined) {
    if (tensor.numel !== 1) {
      throw new AutogradError(
        op,
        `a gradient can be left out for a tensor of one element only, got shape ${formatShape(tensor.shape)}; give one of that shape`,
      );
    }
    return {
      edge,
      gradient: ones(tensor.shape, { dtype: tensor.dtype, device: tensor.device }),
      owned: true,
    };
  }
  checkGradient(op, gradient, tensor);
  return { edge, gradient, owned: false };
}

function rootsOf(
  op: string,
  tensors: readonly Tensor[],
  gradients: Several<Tensor | null> | undefined,
): Root[] {
  const given = gradients === undefined || gradients === null ? tensors.map(() => null) : list(gradients);
  if (given.length !== tensors.length) {
    throw new AutogradError(
      op,
      `expected as many gradients as tensors, got ${given.length} for ${tensors.length}`,
    );
  }
  return tensors.map((tensor, i) => rootOf(op, tensor, given[i], i));
}

function targetsOf(op: string, inputs: readonly Tensor[]): Edge[] {
  if (inputs.length === 0) throw new AutogradError(op, "expected at least one input, got none");
  return inputs.map((input, i) => {
    if (!(input instanceof Tensor) || !isFloat(input.dtype) || edgeOf(input) === null) {
      throw new AutogradError(op, `expected inputs that require grad, got one that does not (number ${i})`);
    }
    return edgeOf(input) as Edge;
  });
}

/**
 * Adds to the `grad` of every leaf the gradient of the sum of `tensors`, each weighted by its gradient (by 1 for a
 * tensor of one element where none is given) (`torch.autograd.backward`).
 * Throws AutogradError where a tensor does not require grad, the graph was freed, or a saved tensor was modified.
 */
export function backward(
  tensors: Several<Tensor>,
  gradients?: Several<Tensor | null>,
  options: BackwardOptions = {},
): void {
  const { createGraph = false, retainGraph = createGraph, inputs } = options;
  const roots = rootsOf("backward", list(tensors), gradients);
  const into = inputs === undefined ? null : list(inputs);
  const targets = into && targetsOf("backward", into);
  setGradEnabled(createGraph, () => {
    const found = new Engine({ retainGraph, createGraph, targets }).run(roots);
    found.forEach((gradient, i) => {
      if (gradient !== null) accumulateInto(ensureState(into?.[i] as Tensor), gradient, false);
    });
  });
}

export interface GradOptions {
  /** Weights of the outputs, of their shapes; 1 for an output of one element where none is given. */
  gradOutputs?: Several<Tensor | null>;
  /** Keep what the graph saved, so that it can be gone through again. Default: the value of createGraph. */
  retainGraph?: boolean;
  /** Record the gradients themselves, so that they can be differentiated. */
  createGraph?: boolean;
  /** Give null for an input the outputs do not depend on, instead of an error. */
  allowUnused?: boolean;
}

/**
 * The gradients of the sum of `outputs` with respect to `inputs`, one per input; no `grad` is touched
 * (`torch.autograd.grad`).
 * Throws AutogradError where an input was not used (unless allowUnused), does not require grad, or the graph was freed.
 */
export function grad(
  outputs: Several<Tensor>,
  inputs: Several<Tensor>,
  options: GradOptions & { allowUnused: true },
): (Tensor | null)[];
export function grad(outputs: Several<Tensor>, inputs: Several<Tensor>, options?: GradOptions): Tensor[];
export function grad(
  outputs: Several<Tensor>,
  inputs: Several<Tensor>,
  options: GradOptions = {},
): (Tensor | null)[] {
  const { gradOutputs, createGraph = false, retainGraph = createGraph, allowUnused = false } = options;
  const targets = targetsOf("grad", list(inputs));
  const roots = rootsOf("grad", list(outputs), gradOutputs);
  const found = setGradEnabled(createGraph, () =>
    new Engine({ retainGraph, createGraph, targets }).run(roots),
  );
  const unused = found.indexOf(null);
  if (unused >= 0 && !allowUnused) {
    throw new AutogradError(
      "grad",
      `expected all inputs to be used in the graph, but number ${unused} is not; pass allowUnused: true to get null for it`,
    );
  }
  return found;
}
