/** Pooling layers (`torch.nn`). */

import type { NamedTuple, Tensor } from "@flambeau/core";
import * as core from "@flambeau/core";
import { lpPool1d, lpPool2d, maxUnpool1d, maxUnpool2d, maxUnpool3d } from "../functional/pool.js";
import { functionLayer } from "./layer.js";

type Sizes = number | readonly number[];
type Unknowns = readonly Tensor[];
const x = (inputs: Unknowns): Tensor => inputs[0] as Tensor;

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
    (inputs, [kernelSize, stride, padding, dilation, returnIndices, ceilMode]) => {
      return pool(x(inputs), kernelSize, { stride, padding, dilation, ceilMode, returnIndices }) as Tensor;
    },
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
        stride ?? null,
        padding ?? 0,
        (outputSize as unknown as readonly number[] | undefined) ?? null,
      ),
  );
/** Puts maxima back where they came from, zero elsewhere; forward takes the values and their indices. */
export class MaxUnpool1d extends unpoolLayer("MaxUnpool1d", maxUnpool1d) {}
export class MaxUnpool2d extends unpoolLayer("MaxUnpool2d", maxUnpool2d) {}
export class MaxUnpool3d extends unpoolLayer("MaxUnpool3d", maxUnpool3d) {}

const avgNames = [
  "kernelSize",
  "stride",
  "padding",
  "ceilMode",
  "countIncludePad",
  "divisorOverride",
] as const;
type AvgArguments = [
  kernelSize: Sizes,
  stride?: Sizes | null,
  padding?: Sizes,
  ceilMode?: boolean,
  countIncludePad?: boolean,
  divisorOverride?: number | null,
];
export class AvgPool1d extends functionLayer<AvgArguments, typeof avgNames>("AvgPool1d", avgNames, (i, o) =>
  core.avgPool1d(x(i), ...o),
) {}
export class AvgPool2d extends functionLayer<AvgArguments, typeof avgNames>("AvgPool2d", avgNames, (i, o) =>
  core.avgPool2d(x(i), ...o),
) {}
export class AvgPool3d extends functionLayer<AvgArguments, typeof avgNames>("AvgPool3d", avgNames, (i, o) =>
  core.avgPool3d(x(i), ...o),
) {}

const lpNames = ["normType", "kernelSize", "stride", "ceilMode"] as const;
type LpArguments = [normType: number, kernelSize: Sizes, stride?: Sizes | null, ceilMode?: boolean];
export class LPPool1d extends functionLayer<LpArguments, typeof lpNames>("LPPool1d", lpNames, (i, o) =>
  lpPool1d(x(i), ...o),
) {}
export class LPPool2d extends functionLayer<LpArguments, typeof lpNames>("LPPool2d", lpNames, (i, o) =>
  lpPool2d(x(i), ...o),
) {}

type OutputSize = number | null | readonly (number | null)[];
const sizeName = ["outputSize"] as const;
type SizeArgument = [outputSize: OutputSize];
export class AdaptiveAvgPool1d extends functionLayer<SizeArgument, typeof sizeName>(
  "AdaptiveAvgPool1d",
  sizeName,
  (i, o) => core.adaptiveAvgPool1d(x(i), ...o),
) {}
export class AdaptiveAvgPool2d extends functionLayer<SizeArgument, typeof sizeName>(
  "AdaptiveAvgPool2d",
  sizeName,
  (i, o) => core.adaptiveAvgPool2d(x(i), ...o),
) {}
export class AdaptiveAvgPool3d extends functionLayer<SizeArgument, typeof sizeName>(
  "AdaptiveAvgPool3d",
  sizeName,
  (i, o) => core.adaptiveAvgPool3d(x(i), ...o),
) {}

const adaptiveNames = ["outputSize", "returnIndices"] as const;
type AdaptiveArguments = [outputSize: OutputSize, returnIndices?: boolean];
type AdaptivePool = (x: Tensor, outputSize: OutputSize, returnIndices?: boolean) => Tensor;
const adaptiveLayer = (name: string, pool: AdaptivePool) =>
  functionLayer<AdaptiveArguments, typeof adaptiveNames>(
    name,
    adaptiveNames,
    (i, [outputSize, returnIndices]) => pool(x(i), outputSize, returnIndices),
  );
export class AdaptiveMaxPool1d extends adaptiveLayer(
  "AdaptiveMaxPool1d",
  core.adaptiveMaxPool1d as AdaptivePool,
) {}
export class AdaptiveMaxPool2d extends adaptiveLayer(
  "AdaptiveMaxPool2d",
  core.adaptiveMaxPool2d as AdaptivePool,
) {}
export class AdaptiveMaxPool3d extends adaptiveLayer(
  "AdaptiveMaxPool3d",
  core.adaptiveMaxPool3d as AdaptivePool,
) {}
