/** Modules, layers, losses and initialisation (`torch.nn`). */
export * as functional from "./functional/index.js";
export * as init from "./init.js";
export type {
  ForwardHook,
  ForwardPreHook,
  FullBackwardHook,
  FullBackwardPreHook,
  HookHandle,
  HookOptions,
} from "./module/hooks.js";
export type { LoadReport, StateDict } from "./module/state.js";
export { type ListOptions, Module, type ModuleTarget } from "./module.js";
export * from "./modules/activation.js";
export { AdaptiveLogSoftmaxWithLoss } from "./modules/adaptiveSoftmax.js";
export { MultiheadAttention } from "./modules/attention.js";
export * from "./modules/container/index.js";
export * from "./modules/conv/index.js";
export { CTCLoss } from "./modules/ctcLoss.js";
export * from "./modules/dropout.js";
export { Embedding } from "./modules/embedding.js";
export { EmbeddingBag } from "./modules/embeddingBag.js";
export * from "./modules/lazy.js";
export { Bilinear, Identity, Linear } from "./modules/linear.js";
export * from "./modules/loss/index.js";
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  CrossMapLRN2d,
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  LayerNorm,
  LocalResponseNorm,
} from "./modules/norm/index.js";
export * from "./modules/pool.js";
export * from "./modules/recurrent/index.js";
export * from "./modules/shape.js";
export * from "./modules/transformer/index.js";
export * from "./modules/upsample.js";
export { Parameter, UninitializedBuffer, UninitializedParameter } from "./parameter.js";
export * as utils from "./utils/index.js";
