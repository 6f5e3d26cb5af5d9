/** Losses and measures of distances between vectors (`torch.nn`). */
import type { Tensor } from "@flambeau/core";
import * as distance from "../../functional/distance.js";
import * as loss from "../../functional/loss.js";
import { operatorLayer } from "../layer.js";
import { type Plain, plainNames, type Three, type Two } from "./options.js";

type Reduction = loss.Reduction;

const marginNames = ["margin", ...plainNames] as const;
type Margin = [margin?: number, ...Plain];
export class HingeEmbeddingLoss extends operatorLayer<Margin, typeof marginNames, Two>(
  "HingeEmbeddingLoss",
  marginNames,
  loss.hingeEmbeddingLoss,
  2,
) {}
/** Forward takes input1, input2 and target. */
export class MarginRankingLoss extends operatorLayer<Margin, typeof marginNames, Three>(
  "MarginRankingLoss",
  marginNames,
  loss.marginRankingLoss,
  3,
) {}
/** Forward takes input1, input2 and target. */
export class CosineEmbeddingLoss extends operatorLayer<Margin, typeof marginNames, Three>(
  "CosineEmbeddingLoss",
  marginNames,
  distance.cosineEmbeddingLoss,
  3,
) {}
const tripletNames = ["margin", "p", "eps", "swap", ...plainNames] as const;
type TripletOptions = [margin?: number, p?: number, eps?: number, swap?: boolean, ...Plain];
/** Forward takes anchor, positive and negative. */
export class TripletMarginLoss extends operatorLayer<TripletOptions, typeof tripletNames, Three>(
  "TripletMarginLoss",
  tripletNames,
  distance.tripletMarginLoss,
  3,
) {}

const distanceTripletNames = ["distanceFunction", "margin", "swap", "reduction"] as const;
type DistanceTripletOptions = [
  distanceFunction?: ((a: Tensor, b: Tensor) => Tensor) | null,
  margin?: number,
  swap?: boolean,
  reduction?: Reduction,
];
/** Forward takes anchor, positive and negative; any function of two tensors measures their distance. */
export class TripletMarginWithDistanceLoss extends operatorLayer<
  DistanceTripletOptions,
  typeof distanceTripletNames,
  Three
>("TripletMarginWithDistanceLoss", distanceTripletNames, distance.tripletMarginWithDistanceLoss, 3) {}

const distanceNames = ["p", "eps", "keepdim"] as const;
export class PairwiseDistance extends operatorLayer<
  [p?: number, eps?: number, keepdim?: boolean],
  typeof distanceNames,
  Two
>("PairwiseDistance", distanceNames, distance.pairwiseDistance, 2) {}
const cosineNames = ["dim", "eps"] as const;
export class CosineSimilarity extends operatorLayer<[dim?: number, eps?: number], typeof cosineNames, Two>(
  "CosineSimilarity",
  cosineNames,
  distance.cosineSimilarity,
  2,
) {}
