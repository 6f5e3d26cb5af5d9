/** Shorthands that make an elementwise operator one line. */
import type { FusedOptions } from "../../fused/call.js";
import type { TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import type { Expr } from "../../program/expr.js";
import type { Tensor } from "../../tensor/tensor.js";

type One = (x: Expr) => Expr;
type Two = (x: Expr, y: Expr) => Expr;
/** The names of the methods of expressions that are functions of type F. */
type MethodOf<F> = { [K in keyof Expr]: Expr[K] extends F ? K : never }[keyof Expr];

interface Unary {
  (name: MethodOf<() => Expr>): (x: Tensor) => Tensor;
  (name: string, f: One, options?: FusedOptions): (x: Tensor) => Tensor;
}
type Operator = (x: TensorLike, other: TensorLike) => Tensor;
interface Binary {
  (name: MethodOf<One>): Operator;
  (name: string, f: Two, options?: FusedOptions): Operator;
}

/** An operator of one tensor; without a function, that of the method of expressions that has its name. */
/* @__NO_SIDE_EFFECTS__ */
export const unary: Unary = (name: string, f: One = (x) => x[name as "abs"](), options?: FusedOptions) =>
  pointwise(name, f, options);

/**
 * An operator of two values, at least one of them a tensor, broadcast against each other; without a function, that of the method of
 * expressions that has its name.
 */
/* @__NO_SIDE_EFFECTS__ */
export const binary: Binary = (
  name: string,
  f: Two = (x, y) => x[name as "add"](y),
  options?: FusedOptions,
) => pointwise(name, f, options);

/** As `binary`, with a result in the dtype in which the values meet. */
/* @__NO_SIDE_EFFECTS__ */
export const arithmetic: Binary = (name: string, f?: Two) => binary(name, f as Two, { dtype: "promote" });
