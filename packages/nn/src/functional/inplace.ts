/** Operators that can write their result back. */
import { type Op, op, type Tensor } from "@flambeau/core";

type Run = (x: Tensor, ...options: never[]) => Tensor;
type WithInplace<F extends Run> = F extends (x: Tensor, ...options: infer P) => Tensor
  ? (x: Tensor, ...options: [...P, inplace?: boolean]) => Tensor
  : never;

/**
 * Makes an operator of `run` with one more option, `inplace`, which writes the result into x, as PyTorch's option
 * of that name does. `names` are the options before it.
 */
/* @__NO_SIDE_EFFECTS__ */
export function withInplace<F extends Run, const N extends readonly string[]>(
  name: string,
  names: N,
  run: F,
): Op<WithInplace<F>, [...N, "inplace"]> {
  const call = run as unknown as (x: Tensor, ...options: unknown[]) => Tensor;
  const all = (x: Tensor, ...options: unknown[]): Tensor => {
    const inplace = options.length > names.length && options.pop();
    const y = call(x, ...options);
    return inplace && y !== x ? x.copy_(y) : y;
  };
  return op(name, [...names, "inplace"], all as unknown as WithInplace<F>);
}
