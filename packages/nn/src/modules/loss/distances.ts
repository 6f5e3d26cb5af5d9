/** Losses and measures of distances between vectors (`torch.nn`). */
import {
  cosineEmbeddingLoss,
  cosineSimilarity,
  pairwiseDistance,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from "../../functional/distance.js";
import { hingeEmbeddingLoss, marginRankingLoss } from "../../functional/loss.js";
import { operatorLayer } from "../layer.js";

export class HingeEmbeddingLoss extends operatorLayer("HingeEmbeddingLoss", hingeEmbeddingLoss, 2) {}
/** Forward takes input1, input2 and target. */
export class MarginRankingLoss extends operatorLayer("MarginRankingLoss", marginRankingLoss, 3) {}
/** Forward takes input1, input2 and target. */
export class CosineEmbeddingLoss extends operatorLayer("CosineEmbeddingLoss", cosineEmbeddingLoss, 3) {}
/** Forward takes anchor, positive and negative. */
export class TripletMarginLoss extends operatorLayer("TripletMarginLoss", tripletMarginLoss, 3) {}
/** Forward takes anchor, positive and negative; any function of two tensors measures their distance. */
export class TripletMarginWithDistanceLoss extends operatorLayer(
  "TripletMarginWithDistanceLoss",
  tripletMarginWithDistanceLoss,
  3,
) {}
export class PairwiseDistance extends operatorLayer("PairwiseDistance", pairwiseDistance, 2) {}
export class CosineSimilarity extends operatorLayer("CosineSimilarity", cosineSimilarity, 2) {}
