/** Normalisation layers (`torch.nn`). */
import {
  ArgumentError,
  type Arguments,
  type DeviceLike,
  type DType,
  empty,
  noGrad,
  ones,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from "@flambeau/core";
import * as F from "../functional/normalization.js";
import * as init from "../init.js";
import { Module } from "../module.js";
import { isUninitialized, Parameter, UninitializedBuffer, UninitializedParameter } from "../parameter.js";
import { checkIntegers } from "./checks.js";
import { bind, functionLayer } from "./layer.js";

interface Place {
  readonly device?: DeviceLike;
  readonly dtype?: DType;
}

export const normNames = [
  "numFeatures",
  "eps",
  "momentum",
  "affine",
  "trackRunningStats",
  "device",
  "dtype",
] as const;
export type NormArguments = [
  numFeatures: number | null,
  eps?: number,
  momentum?: number | null,
  affine?: boolean,
  trackRunningStats?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/**
 * Features, affine parameters and running statistics, shared by batch and instance normalisation. Where numFeatures is null the
 * first input tells it.
 */
abstract class RunningNorm extends Module {
  /** 0 while no input has told it. */
  numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  weight: Parameter | null;
  bias: Parameter | null;
  declare runningMean: Tensor | null;
  declare runningVar: Tensor | null;
  declare numBatchesTracked: Tensor | null;

  constructor(
    readonly layerName: string,
    readonly ranks: readonly number[],
    defaults: { affine: boolean; track: boolean },
    args: readonly unknown[],
  ) {
    super();
    Object.defineProperty(this, "layerName", { enumerable: false });
    Object.defineProperty(this, "ranks", { enumerable: false });
    const [
      numFeatures,
      eps = 1e-5,
      momentum = 0.1,
      affine = defaults.affine,
      track = defaults.track,
      device,
      dtype,
    ] = bind<NormArguments>(layerName, normNames, args);
    const place: Place = { device, dtype };
    checkIntegers(layerName, { numFeatures: numFeatures ?? 0 }, 0);
    const parameter = (): Parameter =>
      numFeatures === null ? new UninitializedParameter(place) : new Parameter(empty([numFeatures], place));
    const buffer = (): Tensor =>
      numFeatures === null ? new UninitializedBuffer(place) : empty([numFeatures], place);
    this.numFeatures = numFeatures ?? 0;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? parameter() : null;
    this.bias = affine ? parameter() : null;
    this.registerBuffer("runningMean", track ? buffer() : null);
    this.registerBuffer("runningVar", track ? buffer() : null);
    this.registerBuffer("numBatchesTracked", track ? tensor(0, { dtype: "int64", device }) : null);
    if (numFeatures !== null) this.resetParameters();
  }

  /** Weight 1, bias 0, and running statistics as if nothing had been seen. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) init.ones_(this.weight);
    if (this.bias !== null) init.zeros_(this.bias);
  }
  /** Running mean 0, running variance 1, no batches counted. */
  resetRunningStats(): void {
    if (this.runningMean !== null) init.zeros_(this.runningMean);
    if (this.runningVar !== null) init.ones_(this.runningVar);
    if (this.numBatchesTracked !== null) init.zeros_(this.numBatchesTracked);
  }

  /** Checks the rank, and takes the number of features from the first input where nothing else told it. */
  protected accept(x: Tensor, channelDim: number): void {
    if (!this.ranks.includes(x.ndim)) {
      throw new ShapeError(
        this.layerName,
        `expected an input of rank ${this.ranks.join(" or ")}, got shape [${x.shape.join(", ")}]`,
      );
    }
    if (this.numFeatures > 0) return;
    this.numFeatures = x.shape[channelDim] as number;
    const open = [this.weight, this.bias, this.runningMean, this.runningVar].filter(isUninitialized);
    for (const part of open) part.materialize([this.numFeatures]);
    if (open.length > 0) this.resetParameters();
  }

  override extraRepr(): string {
    return `${this.numFeatures}, eps=${this.eps}, momentum=${this.momentum}, affine=${this.weight !== null}, trackRunningStats=${this.runningMean !== null}`;
  }
}

abstract class BatchNorm extends RunningNorm {
  override forward(x: Tensor): Tensor {
    this.accept(x, 1);
    let momentum = this.momentum ?? 0;
    if (this.training && this.numBatchesTracked !== null) {
      const counter = this.numBatchesTracked;
      noGrad(() => counter.add_(1));
      // Without a momentum the statistics are the plain average over all batches.
      if (this.momentum === null) momentum = 1 / counter.itemSync();
    }
    const useBatch = this.training || this.runningMean === null;
    const running = !this.training || this.runningMean !== null;
    return F.batchNorm(
      x,
      running ? this.runningMean : null,
      running ? this.runningVar : null,
      this.weight,
      this.bias,
      useBatch,
      momentum,
      this.eps,
    );
  }
}
const batchDefaults = { affine: true, track: true };
/** Batch normalisation of [N, C] or [N, C, L]. */
export class BatchNorm1d extends BatchNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("BatchNorm1d", [2, 3], batchDefaults, args as readonly unknown[]);
  }
}
/** Batch normalisation of [N, C, H, W]. */
export class BatchNorm2d extends BatchNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("BatchNorm2d", [4], batchDefaults, args as readonly unknown[]);
  }
}
/** Batch normalisation of [N, C, D, H, W]. */
export class BatchNorm3d extends BatchNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("BatchNorm3d", [5], batchDefaults, args as readonly unknown[]);
  }
}

abstract class InstanceNorm extends RunningNorm {
  override forward(x: Tensor): Tensor {
    const alone = x.ndim === this.ranks[0];
    this.accept(x, alone ? 0 : 1);
    const input = alone ? x.unsqueeze(0) : x;
    const useInput = this.training || this.runningMean === null;
    const y = F.instanceNorm(
      input,
      this.runningMean,
      this.runningVar,
      this.weight,
      this.bias,
      useInput,
      this.momentum ?? 0,
      this.eps,
    );
    return alone ? y.squeeze(0) : y;
  }
}
const instanceDefaults = { affine: false, track: false };
/** Instance normalisation of [N, C, L] or [C, L]. */
export class InstanceNorm1d extends InstanceNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("InstanceNorm1d", [2, 3], instanceDefaults, args as readonly unknown[]);
  }
}
/** Instance normalisation of [N, C, H, W] or [C, H, W]. */
export class InstanceNorm2d extends InstanceNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("InstanceNorm2d", [3, 4], instanceDefaults, args as readonly unknown[]);
  }
}
/** Instance normalisation of [N, C, D, H, W] or [C, D, H, W]. */
export class InstanceNorm3d extends InstanceNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("InstanceNorm3d", [4, 5], instanceDefaults, args as readonly unknown[]);
  }
}

const layerNames = ["normalizedShape", "eps", "elementwiseAffine", "device", "dtype"] as const;
type LayerArguments = [
  normalizedShape: number | readonly number[],
  eps?: number,
  elementwiseAffine?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];
/** Normalisation over the last dimensions (Ba et al. 2016). */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(...args: Arguments<LayerArguments, typeof layerNames>) {
    super();
    const [shape, eps = 1e-5, affine = true, device, dtype] = bind<LayerArguments>(
      "LayerNorm",
      layerNames,
      args as readonly unknown[],
    );
    this.normalizedShape = typeof shape === "number" ? [shape] : [...shape];
    this.eps = eps;
    this.weight = affine ? new Parameter(ones(this.normalizedShape, { device, dtype })) : null;
    this.bias = affine ? new Parameter(zeros(this.normalizedShape, { device, dtype })) : null;
  }
  override forward(x: Tensor): Tensor {
    return F.layerNorm(x, this.normalizedShape, this.weight, this.bias, this.eps);
  }
  override extraRepr(): string {
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}, elementwiseAffine=${this.weight !== null}`;
  }
}

const groupNames = ["numGroups", "numChannels", "eps", "affine", "device", "dtype"] as const;
type GroupArguments = [
  numGroups: number,
  numChannels: number,
  eps?: number,
  affine?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];
/** Normalisation of groups of channels (Wu & He 2018). */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(...args: Arguments<GroupArguments, typeof groupNames>) {
    super();
    const [groups, channels, eps = 1e-5, affine = true, device, dtype] = bind<GroupArguments>(
      "GroupNorm",
      groupNames,
      args as readonly unknown[],
    );
    if (channels % groups !== 0)
      throw new ArgumentError(
        "GroupNorm",
        `expected numChannels ${channels} to divide into ${groups} groups`,
      );
    this.numGroups = groups;
    this.numChannels = channels;
    this.eps = eps;
    this.weight = affine ? new Parameter(ones([channels], { device, dtype })) : null;
    this.bias = affine ? new Parameter(zeros([channels], { device, dtype })) : null;
  }
  override forward(x: Tensor): Tensor {
    return F.groupNorm(x, this.numGroups, this.weight, this.bias, this.eps);
  }
  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}, affine=${this.weight !== null}`;
  }
}

const lrnNames = ["size", "alpha", "beta", "k"] as const;
type LrnArguments = [size: number, alpha?: number, beta?: number, k?: number];
/** Normalisation across neighbouring channels (Krizhevsky et al. 2012). */
export class LocalResponseNorm extends functionLayer<LrnArguments, typeof lrnNames>(
  "LocalResponseNorm",
  lrnNames,
  ([x], o) => F.localResponseNorm(x as Tensor, ...o),
) {}
/** As LocalResponseNorm, under the name of its older implementation. */
export class CrossMapLRN2d extends functionLayer<LrnArguments, typeof lrnNames>(
  "CrossMapLRN2d",
  lrnNames,
  ([x], o) => F.localResponseNorm(x as Tensor, ...o),
) {}
