/** Pooling layers (`torch.nn`). */

import type { NamedTuple, Tensor } from "@flambeau/core";
import * as core from "@flambeau/core";
import { lpPool1d, lpPool2d, maxUnpool1d, maxUnpool2d, maxUnpool3d } from "../functional/pool.js";
import { functionLayer, operatorLayer } from "./layer.js";

type Sizes = number | readonly number[];

const maxNames = ["kernelSize", "stride", "padding", "dilation", "returnIndices", "ceilMode"] as const;
type MaxArguments = [
  kernelSize: Sizes,
  stride?: Sizes | null,
  padding?: Sizes,
  dilation?: Sizes,
  returnIndices?: boolean,
  ceilMode?: boolean,
];
type Pool = (
  x: Tensor,
  kernelSize: Sizes,
  options: core.MaxPoolOptions,
) => Tensor | NamedTuple<readonly ["output", "indices"], Tensor>;

/**
 * Maximum over windows. With returnIndices forward returns {output, indices}; its declared type is the usual
 * tensor.
 */
const maxLayer = (name: string, pool: Pool) =>
  functionLayer<MaxArguments, typeof maxNames>(
    name,
    maxNames,
    ([x], [kernelSize, stride, padding, dilation, returnIndices, ceilMode]) =>
      pool(x as Tensor, kernelSize, { stride, padding, dilation, ceilMode, returnIndices }) as Tensor,
  );
export class MaxPool1d extends maxLayer("MaxPool1d", core.maxPool1d as Pool) {}
export class MaxPool2d extends maxLayer("MaxPool2d", core.maxPool2d as Pool) {}
export class MaxPool3d extends maxLayer("MaxPool3d", core.maxPool3d as Pool) {}

const unpoolNames = ["kernelSize", "stride", "padding"] as const;
type UnpoolArguments = [kernelSize: Sizes, stride?: Sizes | null, padding?: Sizes];
const unpoolLayer = (name: string, unpool: typeof maxUnpool2d) =>
  functionLayer<UnpoolArguments, typeof unpoolNames>(
    name,
    unpoolNames,
    ([input, indices, outputSize], [kernelSize, stride, padding]) =>
      unpool(
        input as Tensor,
        indices as Tensor,
        kernelSize,
        stride,
        padding,
        outputSize as unknown as number[],
      ),
  );
/** Puts maxima back where they came from, zero elsewhere; forward takes the values and their indices. */
export class MaxUnpool1d extends unpoolLayer("MaxUnpool1d", maxUnpool1d) {}
export class MaxUnpool2d extends unpoolLayer("MaxUnpool2d", maxUnpool2d) {}
export class MaxUnpool3d extends unpoolLayer("MaxUnpool3d", maxUnpool3d) {}

export class AvgPool1d extends operatorLayer("AvgPool1d", core.avgPool1d) {}
export class AvgPool2d extends operatorLayer("AvgPool2d", core.avgPool2d) {}
export class AvgPool3d extends operatorLayer("AvgPool3d", core.avgPool3d) {}
export class LPPool1d extends operatorLayer("LPPool1d", lpPool1d) {}
export class LPPool2d extends operatorLayer("LPPool2d", lpPool2d) {}
export class AdaptiveAvgPool1d extends operatorLayer("AdaptiveAvgPool1d", core.adaptiveAvgPool1d) {}
export class AdaptiveAvgPool2d extends operatorLayer("AdaptiveAvgPool2d", core.adaptiveAvgPool2d) {}
export class AdaptiveAvgPool3d extends operatorLayer("AdaptiveAvgPool3d", core.adaptiveAvgPool3d) {}
export class AdaptiveMaxPool1d extends operatorLayer("AdaptiveMaxPool1d", core.adaptiveMaxPool1d) {}
export class AdaptiveMaxPool2d extends operatorLayer("AdaptiveMaxPool2d", core.adaptiveMaxPool2d) {}
export class AdaptiveMaxPool3d extends operatorLayer("AdaptiveMaxPool3d", core.adaptiveMaxPool3d) {}
