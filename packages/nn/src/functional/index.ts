/** Stateless forms of the layers (`torch.nn.functional`). */

export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  channelShuffle,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  foldBlocks as fold,
  logSoftmax,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  pad,
  pixelShuffle,
  pixelUnshuffle,
  softmax,
  unfoldBlocks as unfold,
} from "@flambeau/core";
export * from "./activation.js";
export * from "./attention.js";
export * from "./classification.js";
export { ctcLoss } from "./ctc.js";
export * from "./distance.js";
export * from "./dropout.js";
export * from "./embeddingBag.js";
export * from "./gridSample.js";
export * from "./linear.js";
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  gaussianNllLoss,
  hingeEmbeddingLoss,
  huberLoss,
  klDiv,
  l1Loss,
  marginRankingLoss,
  mseLoss,
  poissonNllLoss,
  type Reduction,
  smoothL1Loss,
  softMarginLoss,
} from "./loss.js";
export * from "./normalization.js";
export * from "./pool.js";
export * from "./resample.js";
