/** `rowwise`: a fused kernel that reduces along rows, with its gradient, from a function of scalars. */

import { ArgumentError } from "../errors.js";
import { defineRowwise, type Outputs } from "../program/define.js";
import type { Expr } from "../program/expr.js";
import type { Row } from "../program/row.js";
import { normalizeDims } from "../tensor/shape.js";
import { FusedCall, type FusedOptions } from "./call.js";
import type { TensorLike } from "./dtypes.js";
import { ResultForm, type Results, variants } from "./results.js";

export interface RowOptions {
  /** Dimensions a row runs along, counted on the broadcast shape; null or none given means the default of the function. */
  readonly dim?: number | readonly number[] | null;
  /** Whether results that do not vary along the row keep its dimensions with size 1. */
  readonly keepdim?: boolean;
}

/** A fused row function on tensors: its arguments, then which dimensions a row runs along. */
export type Rowwise<A extends readonly Expr[], R> = (
  ...args: [...{ [K in keyof A]: TensorLike }, options?: RowOptions]
) => Results<R>;

export interface RowwiseOptions extends FusedOptions {
  /** Row dimensions of a call that names none: the last one, or all (reductions). */
  readonly defaultDim?: -1 | "all";
}

/**
 * Makes a fused row function: `f` is called with the row, whose methods reduce along it, and one scalar expression per
 * argument. Results that vary along the row have the broadcast shape of the arguments; others lose the row's
 * dimensions, or keep them with size 1.
 *
 * ```ts
 * const softmax = rowwise("softmax", (row, x) => {
 *   const e = x.sub(row.max(x)).exp();
 *   return e.div(row.sum(e));
 * });
 * softmax(x, { dim: -1 });
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function rowwise<A extends Expr[], R extends Outputs>(
  name: string,
  f: (row: Row, ...args: A) => R,
  options: RowwiseOptions = {},
): Rowwise<A, R> {
  const form = new ResultForm<R>();
  const untyped = f as unknown as (row: Row, ...args: Expr[]) => R;
  const arity = f.length - 1;
  const call = new FusedCall(
    name,
    arity,
    variants(untyped, form, (g) => defineRowwise(name, g)),
    options,
  );
  const run = (...args: unknown[]): Results<R> => {
    if (args.length > arity + 1)
      throw new ArgumentError(name, `expected ${arity} arguments and options, got ${args.length}`);
    const { dim, keepdim = false, ...unknown } = (args[arity] ?? {}) as RowOptions;
    for (const key in unknown)
      throw new ArgumentError(name, `unknown option "${key}"; expected one of dim, keepdim`);
    return form.wrap(
      call.rowwise(args.slice(0, arity) as TensorLike[], (rank) => ({
        dims: normalizeDims(name, dim ?? (options.defaultDim === "all" ? null : -1), rank),
        keepdim,
      })),
    );
  };
  return Object.defineProperty(run, "name", { value: name }) as Rowwise<A, R>;
}
