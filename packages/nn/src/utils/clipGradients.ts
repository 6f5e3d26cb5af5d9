/** Keeping gradients small (`torch.nn.utils`). */
import { AutogradError, noGrad, stack, type Tensor, tensor } from "@flambeau/core";

/** How `clipGradNorm_` measures. */
export interface ClipOptions {
  /** The p of the norm, Infinity for the largest magnitude; 2 by default. */
  readonly normType?: number;
  /** Whether a norm that is infinite or NaN is an error, which needs a synchronous read. */
  readonly errorIfNonfinite?: boolean;
}

const listOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  Symbol.iterator in parameters ? [...(parameters as Iterable<Tensor>)] : [parameters];

const gradientsOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  listOf(parameters).flatMap(({ grad }) => (grad === null ? [] : [grad]));

/**
 * Scales all gradients by one factor so that the norm of all of them together is at most maxNorm
 * (`clip_grad_norm_`, Pascanu et al. 2013), in place. Returns the norm before, a tensor of no dimensions.
 * Nothing is read from the device.
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  { normType = 2, errorIfNonfinite = false }: ClipOptions = {},
): Tensor {
  const gradients = gradientsOf(parameters);
  const [first] = gradients;
  if (first === undefined) return tensor(0);
  return noGrad(() => {
    const norms = gradients.map((g) => g.norm(normType).to({ device: first.device, dtype: first.dtype }));
    const total = stack(norms).norm(normType);
    if (errorIfNonfinite && !Number.isFinite(total.itemSync()))
      throw new AutogradError(
        "clipGradNorm_",
        `expected gradients of a finite norm, got one of ${total.itemSync()}`,
      );
    // The small number keeps the factor finite where all gradients are 0.
    const factor = total.add(1e-6).reciprocal().mul(maxNorm).clampMax(1);
    for (const g of gradients) g.mul_(factor.to({ device: g.device, dtype: g.dtype }));
    return total;
  });
}

/** Limits every element of all gradients to [-clipValue, clipValue], in place (`clip_grad_value_`). */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  noGrad(() => {
    for (const g of gradientsOf(parameters)) g.clamp_(-clipValue, clipValue);
  });
}
