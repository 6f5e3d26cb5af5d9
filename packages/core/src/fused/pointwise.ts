/** `pointwise`: a fused elementwise kernel, with its gradient, from a function of scalars. */
import { definePointwise, type Outputs } from "../program/define.js";
import type { Expr } from "../program/expr.js";
import type { Tensor } from "../tensor/tensor.js";
import { FusedCall, type FusedOptions } from "./call.js";
import type { TensorLike } from "./dtypes.js";
import { ResultForm, type Results, variants } from "./results.js";

/** A fused elementwise function on tensors. */
export interface Pointwise<A extends readonly Expr[], R> {
  (...args: { [K in keyof A]: TensorLike }): Results<R>;
  /**
   * Writes the results into existing tensors, one per output in order, which may be among the arguments. Not recorded
   * for backward.
   */
  into(outputs: readonly Tensor[], ...args: { [K in keyof A]: TensorLike }): void;
}

/**
 * Makes a fused elementwise function: one kernel on every backend that broadcasts its arguments and is differentiable
 * wherever its expression is. `f` is called with one scalar expression per argument and returns one, or an array or
 * object of several for several outputs. At least one argument of a call must be a tensor; numbers are passed to the
 * kernel and do not recompile it.
 *
 * ```ts
 * const gelu = pointwise("gelu", (x) => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1)));
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function pointwise<A extends Expr[], R extends Outputs>(
  name: string,
  f: (...args: A) => R,
  options: FusedOptions = {},
): Pointwise<A, R> {
  const form = new ResultForm<R>();
  const untyped = f as unknown as (...args: Expr[]) => R;
  const call = new FusedCall(
    name,
    f.length,
    variants(untyped, form, (g) => definePointwise(name, g)),
    options,
  );
  const run = (...args: TensorLike[]): Results<R> => form.wrap(call.pointwise(args));
  const into = (outputs: readonly Tensor[], ...args: TensorLike[]): void => call.into(outputs, args);
  return Object.defineProperties(run, {
    name: { value: name },
    into: { value: into },
  }) as unknown as Pointwise<A, R>;
}
