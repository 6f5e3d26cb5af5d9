/** Losses and measures of distances between vectors (`torch.nn`). */
import type { Tensor } from "@flambeau/core";
import * as distance from "../../functional/distance.js";
import * as loss from "../../functional/loss.js";
import { functionLayer } from "../layer.js";
import { type Plain, plainNames } from "./options.js";

type Reduction = loss.Reduction;

type Pair = readonly Tensor[];
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
