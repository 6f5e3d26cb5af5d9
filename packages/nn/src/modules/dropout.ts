/** Dropout layers (`torch.nn`); they pass their input on in eval mode. */
import type { Tensor } from "@flambeau/core";
import * as F from "../functional/dropout.js";
import { functionLayer } from "./layer.js";

const names = ["p", "inplace"] as const;
type Options = [p?: number, inplace?: boolean];
const dropoutLayer = (
  name: string,
  run: (x: Tensor, p?: number, training?: boolean, inplace?: boolean) => Tensor,
) =>
  functionLayer<Options, typeof names>(name, names, ([x], [p, inplace], layer) =>
    run(x as Tensor, p, layer.training, inplace),
  );

export class Dropout extends dropoutLayer("Dropout", F.dropout) {}
export class Dropout1d extends dropoutLayer("Dropout1d", F.dropout1d) {}
export class Dropout2d extends dropoutLayer("Dropout2d", F.dropout2d) {}
export class Dropout3d extends dropoutLayer("Dropout3d", F.dropout3d) {}
export class AlphaDropout extends dropoutLayer("AlphaDropout", F.alphaDropout) {}
export class FeatureAlphaDropout extends dropoutLayer("FeatureAlphaDropout", F.featureAlphaDropout) {}
