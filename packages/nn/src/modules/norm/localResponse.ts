/** Normalisation across channels (`torch.nn.LocalResponseNorm`). */
import type { Tensor } from "@flambeau/core";
import { localResponseNorm } from "../../functional/normalization.js";
import { functionLayer } from "../layer.js";

const names = ["size", "alpha", "beta", "k"] as const;
type Options = [size: number, alpha?: number, beta?: number, k?: number];
/** Normalisation across neighbouring channels (Krizhevsky et al. 2012). */
export class LocalResponseNorm extends functionLayer<Options, typeof names>(
  "LocalResponseNorm",
  names,
  ([x], o) => localResponseNorm(x as Tensor, ...o),
) {}
/** As LocalResponseNorm, under the name of its older implementation. */
export class CrossMapLRN2d extends functionLayer<Options, typeof names>("CrossMapLRN2d", names, ([x], o) =>
  localResponseNorm(x as Tensor, ...o),
) {}
