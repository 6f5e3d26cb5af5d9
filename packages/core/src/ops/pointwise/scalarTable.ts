/** The operators that a row of the table of scalar operations makes as it stands: `x.exp()` of a tensor is `x.exp()` of its elements. */
import { unaryOps } from "../../program/scalars.js";
import type { UnaryOp } from "../../program/types.js";
import type { Tensor } from "../../tensor/tensor.js";
import { unary } from "./define.js";

/** Rows that tensors have in another form, or not as a method. */
const others = ["neg", "sign", "round", "softplus", "isnan", "isinf", "not", "bitnot"] as const;
type Name = Exclude<UnaryOp, (typeof others)[number]>;
const isOther = (name: UnaryOp): boolean => (others as readonly string[]).includes(name);

/** Those operators by name. All are methods. */
export const scalarOperators = Object.fromEntries(
  unaryOps.filter((name) => !isOther(name)).map((name) => [name, unary(name)]),
) as { readonly [K in Name]: (x: Tensor) => Tensor };

/** The operator of that name, for modules to export. */
/* @__NO_SIDE_EFFECTS__ */
export const operator = (name: Name): ((x: Tensor) => Tensor) => scalarOperators[name];
