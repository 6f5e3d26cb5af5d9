/** What a gradient rule is: one row of the table in `table.ts`. */
import type { Tensor } from "@flambeau/core";
import type { Next, PrimitiveName, PrimitiveParams } from "@flambeau/core/internal";
import type { TensorMeta } from "../meta.js";
import type { Gradients } from "../node.js";

export interface ForwardCall<P extends PrimitiveName> {
  readonly inputs: readonly Tensor[];
  /** Those of the caller, then hidden ones. */
  readonly outputs: readonly Tensor[];
  readonly params: PrimitiveParams[P];
  /** Which inputs need a gradient. */
  readonly needs: readonly boolean[];
}

export interface BackwardCall<P extends PrimitiveName> {
  /** One per output, hidden ones included. */
  readonly cotangents: Gradients;
  /** Which gradients are asked for; at most those of `recorded`. */
  readonly needs: readonly boolean[];
  /** Which inputs needed a gradient when the operation ran. */
  readonly recorded: readonly boolean[];
  /** What `saves` returned. */
  readonly saved: readonly (Tensor | null)[];
  readonly inputs: readonly TensorMeta[];
  readonly outputs: readonly TensorMeta[];
  readonly params: PrimitiveParams[P];
}

export interface Rule<P extends PrimitiveName> {
  /** The operation, as it appears in the names of nodes. */
  readonly name: string | ((params: PrimitiveParams[P]) => string);
  /** Runs the operation so that it gives, after its own outputs, others that backward wants. */
  readonly forward?: (
    inputs: readonly Tensor[],
    params: PrimitiveParams[P],
    needs: readonly boolean[],
    next: Next,
  ) => Tensor[];
  /** Number of outputs that are the caller's, where `forward` adds others. */
  readonly visible?: (params: PrimitiveParams[P]) => number;
  readonly saves?: (call: ForwardCall<P>) => readonly (Tensor | null)[];
  /** The gradients of the inputs, in order and in the inputs' dtypes, by differentiable operations. */
  readonly backward: (call: BackwardCall<P>) => Gradients;
}

/** One rule for every primitive; null for those that have no gradient. A missing one does not compile. */
export type Rules = { readonly [P in PrimitiveName]: Rule<P> | null };

/** A rule of an operation with one input and one output, linear in it: only the cotangent matters. */
export const linear = <P extends PrimitiveName>(
  name: string,
  adjoint: (g: Tensor, call: BackwardCall<P>, x: TensorMeta) => Tensor,
): Rule<P> => ({
  name,
  backward: (call) => [adjoint(call.cotangents[0] as Tensor, call, call.inputs[0] as TensorMeta)],
});
