/** Operators that take sizes or dimensions either one by one or as one array: `x.permute(2, 0, 1)`, `x.permute([2, 0, 1])`. */
import { ArgumentError } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { describe, isOptions } from "../op.js";

/** Integers as arguments, or one array of them. */
export type Integers = number[] | [list: readonly number[]];

/** Reads such arguments; throws ArgumentError for anything but integers. */
export function integers(op: string, args: readonly unknown[]): number[] {
  const list = args.length === 1 && Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args;
  return list.map((value) => {
    if (typeof value !== "number" || !Number.isInteger(value)) {
      throw new ArgumentError(op, `expected integers, got ${describe(value)}`);
    }
    return value;
  });
}

/** Throws unless `x` is a tensor: for operators that read their arguments themselves. */
export function checkTensor(op: string, x: unknown): asserts x is Tensor {
  if (!(x instanceof Tensor)) {
    throw new ArgumentError(op, `expected a tensor as its first argument, got ${describe(x)}`);
  }
}

/** Makes an operator whose only parameter after the tensor, named `parameter`, is such a list; `run` is told the operator's name first. */
export function variadic<const P extends string>(
  name: string,
  parameter: P,
  run: (name: string, x: Tensor, list: readonly number[]) => Tensor,
): (x: Tensor, ...args: Integers | [options: { readonly [K in P]: readonly number[] }]) => Tensor {
  const bound = (x: Tensor, ...args: readonly unknown[]): Tensor => {
    checkTensor(name, x);
    const [first] = args;
    if (args.length !== 1 || !isOptions(first)) return run(name, x, integers(name, args));
    const unknown = Object.keys(first).find((key) => key !== parameter);
    if (unknown !== undefined) {
      throw new ArgumentError(name, `unknown option "${unknown}"; expected ${parameter}`);
    }
    return run(name, x, integers(name, [first[parameter]]));
  };
  return Object.defineProperties(bound, { opName: { value: name }, name: { value: name } });
}
