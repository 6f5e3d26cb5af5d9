/** Normalisation across channels (`torch.nn.LocalResponseNorm`). */
import { localResponseNorm } from "../../functional/normalization.js";
import { operatorLayer } from "../layer.js";

const names = ["size", "alpha", "beta", "k"] as const;
type Options = [size: number, alpha?: number, beta?: number, k?: number];
/** Normalisation across neighbouring channels (Krizhevsky et al. 2012). */
export class LocalResponseNorm extends operatorLayer<Options, typeof names>(
  "LocalResponseNorm",
  names,
  localResponseNorm,
) {}
/** As LocalResponseNorm, under the name of its older implementation. */
export class CrossMapLRN2d extends operatorLayer<Options, typeof names>(
  "CrossMapLRN2d",
  names,
  localResponseNorm,
) {}
