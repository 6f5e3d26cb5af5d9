/**
 * Seeing the gradients that enter and leave a module: identities on the tape before its arguments and behind
 * its outputs.
 */
import { interceptGradients } from "@flambeau/autograd";
import { ArgumentError, isGradEnabled, Tensor } from "@flambeau/core";
import type { Module } from "../module.js";
import type { FullBackwardHook, FullBackwardPreHook, Registered } from "./hooks.js";

/** Gradients by position; null where there is none. */
export type Gradients = readonly (Tensor | null)[];

interface BackwardHooks {
  readonly backwardPre: readonly Registered<FullBackwardPreHook>[];
  readonly backward: readonly Registered<FullBackwardHook>[];
}

/**
 * For one call of a module: give it `inputs(args)` instead of its arguments and pass on `outputs(output)`.
 */
export interface BackwardWatch {
  inputs(args: readonly unknown[]): readonly unknown[];
  outputs(output: unknown): unknown;
}

export function watchBackward(module: Module, hooks: BackwardHooks): BackwardWatch {
  let gradOutput: Gradients = [];
  let argumentCount = 0;
  let reachesArguments = false;

  const left = (gradInput: Gradients): Gradients => {
    let grads = gradInput;
    for (const { run } of hooks.backward)
      grads = replaced("full backward hook", grads, run(module, grads, gradOutput));
    return grads;
  };
  const entered = (grads: Gradients): Gradients => {
    gradOutput = grads;
    for (const { run } of hooks.backwardPre)
      gradOutput = replaced("full backward pre-hook", gradOutput, run(module, gradOutput));
    // Where no argument needs a gradient, none will leave the module: this is the moment to tell.
    if (!reachesArguments) left(new Array<null>(argumentCount).fill(null));
    return gradOutput;
  };

  return {
    inputs(args) {
      argumentCount = args.length;
      reachesArguments = isGradEnabled() && args.some((arg) => arg instanceof Tensor && arg.requiresGrad);
      return reachesArguments ? passing(args, left) : args;
    },
    outputs(output) {
      if (output instanceof Tensor) return passing([output], entered)[0];
      if (Array.isArray(output)) return passing(output, entered);
      throw new ArgumentError(
        module.constructor.name,
        `expected forward to return a tensor or an array for its backward hooks, got ${typeof output}`,
      );
    },
  };
}

function replaced(what: string, before: Gradients, after: unknown): Gradients {
  if (after === undefined) return before;
  if (Array.isArray(after) && after.length === before.length) return after as Gradients;
  throw new ArgumentError(
    what,
    `expected an array of ${before.length} gradients in place of those it was given, got ${Array.isArray(after) ? after.length : typeof after}`,
  );
}

/** The values, their tensors as new handles whose gradients `see` is given, by position, and may replace. */
function passing(values: readonly unknown[], see: (grads: Gradients) => Gradients): unknown[] {
  /** One item per tensor of the values at its position, `otherwise` of the value at the others. */
  const placed = <T>(items: readonly T[], otherwise: (value: unknown) => T): T[] => {
    let next = 0;
    return values.map((value) => (value instanceof Tensor ? (items[next++] as T) : otherwise(value)));
  };
  const tensors = values.filter((value) => value instanceof Tensor);
  const handles = interceptGradients("ModuleHook", tensors, (grads) =>
    see(placed(grads, () => null)).filter((_, i) => values[i] instanceof Tensor),
  );
  return placed<unknown>(handles, (value) => value);
}
