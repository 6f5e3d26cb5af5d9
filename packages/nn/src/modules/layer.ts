/** Layers that only remember the options of a function. */
import { ArgumentError, type Arguments, bindArguments, type Method, type Tensor } from "@flambeau/core";
import { Module } from "../module.js";

/**
 * A layer's arguments, by position or by name, as a tuple. Throws ArgumentError for unknown options and
 * surplus arguments.
 */
export function bind<P extends readonly unknown[]>(
  name: string,
  names: readonly string[],
  args: readonly unknown[],
): P {
  const bound = bindArguments(name, names, args, 0);
  if (bound.length > names.length)
    throw new ArgumentError(name, `expected at most ${names.length} arguments, got ${bound.length}`);
  return bound as unknown as P;
}

const format = (value: unknown): string => (typeof value === "string" ? `"${value}"` : JSON.stringify(value));

/** A layer without parameters: its constructor takes the options of `f`, forward calls it. */
export interface FunctionLayer extends Module {
  forward(...inputs: Tensor[]): Tensor;
}

/**
 * Makes the base class of a layer that applies `run` to its inputs and the options it was constructed with.
 * `names` are the options in PyTorch's order.
 */
/* @__NO_SIDE_EFFECTS__ */
export function functionLayer<P extends readonly unknown[], const N extends readonly string[]>(
  name: string,
  names: N,
  run: (inputs: Tensor[], options: P, layer: Module) => Tensor,
): new (
  ...args: Arguments<P, N>
) => FunctionLayer {
  return class extends Module implements FunctionLayer {
    readonly options: P;
    constructor(...args: Arguments<P, N>) {
      super();
      this.options = bind<P>(name, names, args as readonly unknown[]);
    }
    override forward(...inputs: Tensor[]): Tensor {
      return run(inputs, this.options, this);
    }
    override extraRepr(): string {
      const shown = this.options.map((value, i) =>
        value === undefined || value === null ? "" : `${names[i]}=${format(value)}`,
      );
      return shown.filter((text) => text !== "").join(", ");
    }
  };
}

/** An operator, or any function of tensors alone, as a layer needs it. */
export interface Operator {
  (...args: never[]): unknown;
  readonly optionNames?: readonly string[];
}
type Rest<T> = T extends readonly [unknown, ...infer R] ? R : never;
type Count = 1 | 2 | 3;
/** The arguments of an operator after its `C` tensors, in all their forms. */
export type OptionsAfter<O extends Operator, C extends Count> = {
  1: Parameters<Method<O>>;
  2: Rest<Parameters<Method<O>>>;
  3: Rest<Rest<Parameters<Method<O>>>>;
}[C];

/**
 * Makes the base class of a layer that is an operator with its options fixed: forward takes the operator's `count`
 * tensors, the constructor what comes after them.
 */
/* @__NO_SIDE_EFFECTS__ */
export const operatorLayer = <O extends Operator, C extends Count = 1>(
  name: string,
  operator: O,
  count: C = 1 as C,
): (new (
  ...args: OptionsAfter<O, C>
) => FunctionLayer) => {
  const run = operator as unknown as (...args: readonly unknown[]) => Tensor;
  const names = operator.optionNames?.slice(count - 1) ?? [];
  return functionLayer(name, names, (inputs, options) => {
    // Options stand behind the tensors: one too many would be taken for an option, one too few would move them all.
    if (inputs.length !== count)
      throw new ArgumentError(name, `expected ${count} inputs of forward, got ${inputs.length}`);
    return run(...inputs, ...options);
  }) as new (
    ...args: OptionsAfter<O, C>
  ) => FunctionLayer;
};
