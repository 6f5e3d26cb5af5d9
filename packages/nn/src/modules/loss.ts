/** Loss layers (`torch.nn`); forward takes the input and the target. */
import type { Arguments, Tensor } from "@flambeau/core";
import * as classification from "../functional/classification.js";
import * as distance from "../functional/distance.js";
import * as loss from "../functional/loss.js";
import { Module } from "../module.js";
import { bind, functionLayer } from "./layer.js";

type Reduction = loss.Reduction;
type Flag = boolean | null;
type Pair = readonly Tensor[];

const plainNames = ["sizeAverage", "reduce", "reduction"] as const;
type Plain = [sizeAverage?: Flag, reduce?: Flag, reduction?: Reduction];
type PlainLoss = (
  input: Tensor,
  target: Tensor,
  sizeAverage?: Flag,
  reduce?: Flag,
  reduction?: Reduction,
) => Tensor;
const plain = (name: string, run: PlainLoss) =>
  functionLayer<Plain, typeof plainNames>(name, plainNames, ([input, target], o) =>
    run(input as Tensor, target as Tensor, ...o),
  );

export class MSELoss extends plain("MSELoss", loss.mseLoss) {}
export class L1Loss extends plain("L1Loss", loss.l1Loss) {}
export class SoftMarginLoss extends plain("SoftMarginLoss", loss.softMarginLoss) {}
export class MultiLabelMarginLoss extends plain(
  "MultiLabelMarginLoss",
  classification.multilabelMarginLoss,
) {}

const betaNames = [...plainNames, "beta"] as const;
export class SmoothL1Loss extends functionLayer<[...Plain, beta?: number], typeof betaNames>(
  "SmoothL1Loss",
  betaNames,
  ([x, y], o) => loss.smoothL1Loss(x as Tensor, y as Tensor, ...o),
) {}
const huberNames = ["reduction", "delta"] as const;
export class HuberLoss extends functionLayer<[reduction?: Reduction, delta?: number], typeof huberNames>(
  "HuberLoss",
  huberNames,
  ([x, y], o) => loss.huberLoss(x as Tensor, y as Tensor, ...o),
) {}
const klNames = [...plainNames, "logTarget"] as const;
export class KLDivLoss extends functionLayer<
  [sizeAverage?: Flag, reduce?: Flag, reduction?: Reduction | "batchmean", logTarget?: boolean],
  typeof klNames
>("KLDivLoss", klNames, ([x, y], o) => loss.klDiv(x as Tensor, y as Tensor, ...o)) {}
const poissonNames = ["logInput", "full", "sizeAverage", "eps", "reduce", "reduction"] as const;
type PoissonOptions = [
  logInput?: boolean,
  full?: boolean,
  sizeAverage?: Flag,
  eps?: number,
  reduce?: Flag,
  reduction?: Reduction,
];
export class PoissonNLLLoss extends functionLayer<PoissonOptions, typeof poissonNames>(
  "PoissonNLLLoss",
  poissonNames,
  ([x, y], o) => loss.poissonNllLoss(x as Tensor, y as Tensor, ...o),
) {}
const gaussianNames = ["full", "eps", "reduction"] as const;
/** Forward takes input, target and variance. */
export class GaussianNLLLoss extends functionLayer<
  [full?: boolean, eps?: number, reduction?: Reduction],
  typeof gaussianNames
>("GaussianNLLLoss", gaussianNames, ([x, y, v], o) =>
  loss.gaussianNllLoss(x as Tensor, y as Tensor, v as Tensor, ...o),
) {}

const marginNames = ["margin", ...plainNames] as const;
type Margin = [margin?: number, ...Plain];
export class HingeEmbeddingLoss extends functionLayer<Margin, typeof marginNames>(
  "HingeEmbeddingLoss",
  marginNames,
  ([x, y], o) => loss.hingeEmbeddingLoss(x as Tensor, y as Tensor, ...o),
) {}
/** Forward takes input1, input2 and target. */
export class MarginRankingLoss extends functionLayer<Margin, typeof marginNames>(
  "MarginRankingLoss",
  marginNames,
  ([a, b, y], o) => loss.marginRankingLoss(a as Tensor, b as Tensor, y as Tensor, ...o),
) {}
/** Forward takes input1, input2 and target. */
export class CosineEmbeddingLoss extends functionLayer<Margin, typeof marginNames>(
  "CosineEmbeddingLoss",
  marginNames,
  ([a, b, y], o) => distance.cosineEmbeddingLoss(a as Tensor, b as Tensor, y as Tensor, ...o),
) {}
const tripletNames = ["margin", "p", "eps", "swap", ...plainNames] as const;
type TripletOptions = [margin?: number, p?: number, eps?: number, swap?: boolean, ...Plain];
/** Forward takes anchor, positive and negative. */
export class TripletMarginLoss extends functionLayer<TripletOptions, typeof tripletNames>(
  "TripletMarginLoss",
  tripletNames,
  ([a, p, n], o) => distance.tripletMarginLoss(a as Tensor, p as Tensor, n as Tensor, ...o),
) {}

const distanceTripletNames = ["distanceFunction", "margin", "swap", "reduction"] as const;
type DistanceTripletOptions = [
  distanceFunction?: ((a: Tensor, b: Tensor) => Tensor) | null,
  margin?: number,
  swap?: boolean,
  reduction?: Reduction,
];
/** Forward takes anchor, positive and negative; any function of two tensors measures their distance. */
export class TripletMarginWithDistanceLoss extends functionLayer<
  DistanceTripletOptions,
  typeof distanceTripletNames
>("TripletMarginWithDistanceLoss", distanceTripletNames, ([a, p, n], o) =>
  distance.tripletMarginWithDistanceLoss(a as Tensor, p as Tensor, n as Tensor, ...o),
) {}

/** A loss with a weight, which is saved with the module as PyTorch does. */
abstract class Weighted extends Module {
  declare weight: Tensor | null;
  constructor(weight: Tensor | null | undefined) {
    super();
    this.registerBuffer("weight", weight ?? null);
  }
  protected abstract loss(input: Tensor, target: Tensor): Tensor;
  override forward(input: Tensor, target: Tensor): Tensor {
    return this.loss(input, target);
  }
}

const crossNames = ["weight", "sizeAverage", "ignoreIndex", "reduce", "reduction", "labelSmoothing"] as const;
type CrossOptions = [
  weight?: Tensor | null,
  sizeAverage?: Flag,
  ignoreIndex?: number,
  reduce?: Flag,
  reduction?: Reduction,
  labelSmoothing?: number,
];
/** Cross entropy of logits with class indices or probabilities. */
export class CrossEntropyLoss extends Weighted {
  private readonly options: CrossOptions;
  constructor(...args: Arguments<CrossOptions, typeof crossNames>) {
    const [weight, ...rest] = bind<CrossOptions>("CrossEntropyLoss", crossNames, args as readonly unknown[]);
    super(weight);
    this.options = [null, ...rest];
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    const [, ...rest] = this.options;
    return classification.crossEntropy(input, target, this.weight, ...rest);
  }
}

const nllNames = ["weight", "sizeAverage", "ignoreIndex", "reduce", "reduction"] as const;
type NllOptions = [
  weight?: Tensor | null,
  sizeAverage?: Flag,
  ignoreIndex?: number,
  reduce?: Flag,
  reduction?: Reduction,
];
/** Negative log likelihood of log-probabilities. */
export class NLLLoss extends Weighted {
  private readonly options: NllOptions;
  constructor(...args: Arguments<NllOptions, typeof nllNames>) {
    const [weight, ...rest] = bind<NllOptions>("NLLLoss", nllNames, args as readonly unknown[]);
    super(weight);
    this.options = [null, ...rest];
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    const [, ...rest] = this.options;
    return classification.nllLoss(input, target, this.weight, ...rest);
  }
}

const bceNames = ["weight", ...plainNames] as const;
type BceOptions = [weight?: Tensor | null, ...Plain];
/** Binary cross entropy of probabilities. */
export class BCELoss extends Weighted {
  private readonly options: Plain;
  constructor(...args: Arguments<BceOptions, typeof bceNames>) {
    const [weight, ...rest] = bind<BceOptions>("BCELoss", bceNames, args as readonly unknown[]);
    super(weight);
    this.options = rest;
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    return loss.binaryCrossEntropy(input, target, this.weight, ...this.options);
  }
}

const logitsNames = [...bceNames, "posWeight"] as const;
type LogitsOptions = [...BceOptions, posWeight?: Tensor | null];
/** Binary cross entropy of logits. */
export class BCEWithLogitsLoss extends Weighted {
  private readonly options: Plain;
  declare posWeight: Tensor | null;
  constructor(...args: Arguments<LogitsOptions, typeof logitsNames>) {
    const [weight, sizeAverage, reduce, reduction, posWeight] = bind<LogitsOptions>(
      "BCEWithLogitsLoss",
      logitsNames,
      args as readonly unknown[],
    );
    super(weight);
    this.registerBuffer("posWeight", posWeight ?? null);
    this.options = [sizeAverage, reduce, reduction];
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    const [sizeAverage, reduce, reduction] = this.options;
    return loss.binaryCrossEntropyWithLogits(
      input,
      target,
      this.weight,
      sizeAverage,
      reduce,
      reduction,
      this.posWeight,
    );
  }
}

/** Mean binary cross entropy over labels. */
export class MultiLabelSoftMarginLoss extends Weighted {
  private readonly options: Plain;
  constructor(...args: Arguments<BceOptions, typeof bceNames>) {
    const [weight, ...rest] = bind<BceOptions>(
      "MultiLabelSoftMarginLoss",
      bceNames,
      args as readonly unknown[],
    );
    super(weight);
    this.options = rest;
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    return classification.multilabelSoftMarginLoss(input, target, this.weight, ...this.options);
  }
}

const multiNames = ["p", "margin", "weight", ...plainNames] as const;
type MultiOptions = [p?: number, margin?: number, weight?: Tensor | null, ...Plain];
/** Hinge of every other class against the target's. */
export class MultiMarginLoss extends Weighted {
  private readonly p: number;
  private readonly margin: number;
  private readonly options: Plain;
  constructor(...args: Arguments<MultiOptions, typeof multiNames>) {
    const [p = 1, margin = 1, weight, ...rest] = bind<MultiOptions>(
      "MultiMarginLoss",
      multiNames,
      args as readonly unknown[],
    );
    super(weight);
    this.p = p;
    this.margin = margin;
    this.options = rest;
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    return classification.multiMarginLoss(input, target, this.p, this.margin, this.weight, ...this.options);
  }
}

type Pairwise = (inputs: Pair) => readonly [Tensor, Tensor];
const two: Pairwise = ([a, b]) => [a as Tensor, b as Tensor];
const distanceNames = ["p", "eps", "keepdim"] as const;
export class PairwiseDistance extends functionLayer<
  [p?: number, eps?: number, keepdim?: boolean],
  typeof distanceNames
>("PairwiseDistance", distanceNames, (i, o) => distance.pairwiseDistance(...two(i), ...o)) {}
const cosineNames = ["dim", "eps"] as const;
export class CosineSimilarity extends functionLayer<[dim?: number, eps?: number], typeof cosineNames>(
  "CosineSimilarity",
  cosineNames,
  (i, o) => distance.cosineSimilarity(...two(i), ...o),
) {}
