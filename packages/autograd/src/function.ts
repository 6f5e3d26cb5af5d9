/** Functions with a gradient of the program's own. */
import { AutogradError, isFloat, isGradEnabled, noGrad, ShapeError, Tensor } from "@flambeau/core";
import { formatShape, sameShape } from "@flambeau/core/internal";
import { FunctionContext } from "./context.js";
import { edgeOf, requiresGrad } from "./history.js";
import { metaOf } from "./meta.js";
import { attachNew, type Gradients, GradNode } from "./node.js";
import { cast } from "./rules/ops.js";
import { attach } from "./state.js";

type Result = Tensor | readonly Tensor[];
export type FunctionGradients = Tensor | null | undefined | readonly (Tensor | null | undefined)[];

/** What `forward` and `backward` of a custom function look like. */
export interface FunctionDefinition<A extends readonly unknown[], R extends Result> {
  /** Names the node on the tape. */
  readonly name: string;
  forward(ctx: FunctionContext, ...args: A): R;
  /** One gradient per argument of forward, null for those that need none, given one per output. */
  backward(ctx: FunctionContext, ...grads: Tensor[]): FunctionGradients;
}

/**
 * A differentiable function whose gradient is written by hand (`torch.autograd.Function`): a subclass has static
 * `forward(ctx, ...args)` and `backward(ctx, ...grads)` and is called by `apply`.
 *
 * ```ts
 * class Cube extends Function {
 *   static override forward(ctx: FunctionContext, x: Tensor) {
 *     ctx.saveForBackward(x);
 *     return x.pow(3);
 *   }
 *   static override backward(ctx: FunctionContext, grad: Tensor) {
 *     const [x] = ctx.savedTensors;
 *     return grad.mul(x.square()).mul(3);
 *   }
 * }
 * Cube.apply(x);
 * ```
 */
export class CustomFunction {
  /** Computes the result; nothing in here is recorded. */
  static forward(_ctx: FunctionContext, ..._args: never[]): Result {
    throw new AutogradError(this.name, "expected a subclass that defines a static forward");
  }

  /** Gives one gradient per argument of forward, from one per output. Recorded where the gradient itself is differentiated. */
  static backward(_ctx: FunctionContext, ..._grads: Tensor[]): FunctionGradients {
    throw new AutogradError(this.name, "expected a subclass that defines a static backward");
  }

  /** Calls the function and records it. */
  static apply<A extends readonly unknown[], R extends Result>(
    this: {
      readonly name: string;
      forward(ctx: FunctionContext, ...args: A): R;
      backward(ctx: FunctionContext, ...grads: Tensor[]): FunctionGradients;
    },
    ...args: A
  ): R {
    return call(this, this.name, args);
  }
}

/** As a subclass of `Function`, from an object: returns the function to call. */
export function defineFunction<A extends readonly unknown[], R extends Result>(
  definition: Omit<FunctionDefinition<A, R>, "name"> & { readonly name?: string },
): (...args: A) => R {
  const { name = "CustomFunction" } = definition;
  return (...args) => call(definition, name, args);
}

/** Makes a `backward` whose own gradient is an error instead of silently wrong (`torch.autograd.function.once_differentiable`). */
export function onceDifferentiable<A extends readonly unknown[]>(
  backward: (ctx: FunctionContext, ...grads: A) => FunctionGradients,
): (ctx: FunctionContext, ...grads: A) => FunctionGradients {
  return (ctx, ...grads) => {
    const results = noGrad(() => backward(ctx, ...grads));
    const sources = grads.filter((g): g is A[number] & Tensor => g instanceof Tensor && requiresGrad(g));
    if (!isGradEnabled() || sources.length === 0) return results;
    const refuse = (result: Tensor | null | undefined): Tensor | null => {
      if (result == null) return null;
      return attachNew(result.detach(), {
        name: "OnceDifferentiableBackward",
        edges: sources.map(edgeOf),
        backward: () => {
          throw new AutogradError(
            "onceDifferentiable",
            "expected one derivative only, got a request for a second one",
          );
        },
      });
    };
    return Array.isArray(results) ? results.map(refuse) : refuse(results as Tensor | null | undefined);
  };
}

function call<A extends readonly unknown[], R extends Result>(
  definition: Pick<FunctionDefinition<A, R>, "forward" | "backward">,
  name: string,
  args: A,
): R {
  const tensors = args.map((arg) => (arg instanceof Tensor ? arg : null));
  const edges = tensors.map((x) => (x !== null && isGradEnabled() ? edgeOf(x) : null));
  const ctx = new FunctionContext(edges.map((edge) => edge !== null));
  const result = noGrad(() => definition.forward(ctx, ...args));
  if (!edges.some((edge) => edge !== null)) return result;

  // An argument handed back, unless written in place, must not lose its own history: it leaves as a new handle.
  const fresh = (out: Tensor): Tensor => (tensors.includes(out) && !ctx.isDirty(out) ? out.detach() : out);
  const list = Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
  const outputs = list.map((out) => {
    if (!(out instanceof Tensor))
      throw new AutogradError(name, `expected forward to return tensors, got ${typeof out}`);
    return fresh(out);
  });
  const metas = outputs.map(metaOf);
  const inputMetas = tensors.map((x) => (x === null ? null : metaOf(x)));
  const node = new GradNode({
    name: `${name}Backward`,
    edges,
    outputs: metas,
    foreign: true,
    backward: (cotangents): Gradients => {
      const grads = cotangents.map((g, i) => g ?? ctx.absentGradient(metas[i] as (typeof metas)[number]));
      const given = definition.backward(ctx, ...(grads as Tensor[]));
      const gradients = Array.isArray(given)
        ? (given as readonly (Tensor | null | undefined)[])
        : [given as Tensor];
      return checked(name, gradients, inputMetas);
    },
  });
  outputs.forEach((out, i) => {
    if (isFloat(out.dtype) && !ctx.isNonDifferentiable(list[i] as Tensor)) attach(out, node, i);
  });
  ctx.bind(node, list, outputs);
  return (Array.isArray(result) ? outputs : outputs[0]) as R;
}

/** The gradients that a program's backward returned, in the dtypes of the arguments. */
export function checked(
  name: string,
  gradients: readonly (Tensor | null | undefined)[],
  inputs: readonly ({ shape: readonly number[]; dtype: Tensor["dtype"] } | null)[],
): Gradients {
  const surplus = gradients.slice(inputs.length);
  if (gradients.length < inputs.length || surplus.some((g) => g != null)) {
    throw new AutogradError(
      name,
      `expected backward to return ${inputs.length} gradients, one per argument of forward, got ${gradients.length}`,
    );
  }
  return inputs.map((input, i) => {
    const gradient = gradients[i];
    if (gradient == null) return null;
    if (input === null)
      throw new AutogradError(
        name,
        `expected null as the gradient of argument ${i}, which is no tensor, got a tensor`,
      );
    if (!sameShape(gradient.shape, input.shape)) {
      throw new ShapeError(
        name,
        `expected a gradient of shape ${formatShape(input.shape)} for argument ${i}, got ${formatShape(gradient.shape)}`,
      );
    }
    return cast(gradient, input.dtype);
  });
}
