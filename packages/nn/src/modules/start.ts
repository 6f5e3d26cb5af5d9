/** What layers' parameters start from. */
import type { Tensor } from "@flambeau/core";
import { uniform_ } from "../init.js";

/**
 * Weight and bias uniform in ±1/√n for n inputs of every output, as in PyTorch, which spells it Kaiming's
 * initialisation for a leaky ReLU of slope √5.
 */
export function startUniform(weight: Tensor, bias: Tensor | null): void {
  const inputs = weight.numel / (weight.shape[0] as number);
  const bound = inputs > 0 ? 1 / Math.sqrt(inputs) : 0;
  uniform_(weight, -bound, bound);
  if (bias !== null) uniform_(bias, -bound, bound);
}
