/** The options that all losses have. */
import type { Tensor } from "@flambeau/core";
import type { Reduction } from "../../functional/loss.js";

export type Flag = boolean | null;

/** PyTorch's two old flags and the reduction that replaced them, in its order. */
export const plainNames = ["sizeAverage", "reduce", "reduction"] as const;
export type Plain = [sizeAverage?: Flag, reduce?: Flag, reduction?: Reduction];

/** The tensors that forward takes. */
export type Two = [Tensor, Tensor];
export type Three = [Tensor, Tensor, Tensor];
