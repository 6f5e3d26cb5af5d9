/** What batch and instance normalisation share. */
import {
  type DeviceLike,
  type DType,
  empty,
  formatShape,
  ShapeError,
  type Tensor,
  tensor,
} from "@flambeau/core";
import * as init from "../../init.js";
import { Module } from "../../module.js";
import { isUninitialized, Parameter, UninitializedBuffer, UninitializedParameter } from "../../parameter.js";
import { checkIntegers } from "../checks.js";
import { bind } from "../layer.js";

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
 * Features, affine parameters and running statistics, shared by batch and instance normalisation. Where
 * numFeatures is null the first input tells it.
 */
export abstract class RunningNorm extends Module {
  /** 0 while no input has told it. */
  declare numFeatures: number;
  declare readonly eps: number;
  declare readonly momentum: number | null;
  declare weight: Parameter | null;
  declare bias: Parameter | null;
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
        `expected an input of rank ${this.ranks.join(" or ")}, got shape ${formatShape(x.shape)}`,
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
