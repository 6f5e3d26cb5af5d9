/** What an optimizer keeps for a parameter between steps. */
import { emptyLike, fullLike, keep, type Tensor, zerosLike } from "@flambeau/core";

// Kept: a step may run inside a scope, and the state must outlive it.

/** Zeros like the parameter. */
export const zerosFor = (param: Tensor): Tensor => keep(zerosLike(param));
/** One value everywhere, like the parameter. */
export const filledFor = (param: Tensor, value: number): Tensor => keep(fullLike(param, value));
/** Memory like the parameter's that the first step fills. */
export const memoryFor = (param: Tensor): Tensor => keep(emptyLike(param));
/** A copy, in the parameter's dtype and on its device. */
export function copiedFor(param: Tensor, value: Tensor): Tensor {
  const copy = keep(emptyLike(value, { dtype: param.dtype, device: param.device }));
  return copy.copy_(value);
}
