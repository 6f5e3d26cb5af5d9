/** Shorthands that make an elementwise operator one line. */
import type { FusedOptions } from "../../fused/call.js";
import type { TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import type { Expr } from "../../program/expr.js";
import type { Tensor } from "../../tensor/tensor.js";

/** An operator of one tensor. */
export const unary = (name: string, f: (x: Expr) => Expr, options?: FusedOptions): ((x: Tensor) => Tensor) =>
  pointwise(name, f, options);

/** An operator of two values, at least one of them a tensor, broadcast against each other. */
export const binary = (
  name: string,
  f: (x: Expr, y: Expr) => Expr,
  options?: FusedOptions,
): ((x: TensorLike, other: TensorLike) => Tensor) => pointwise(name, f, options);
