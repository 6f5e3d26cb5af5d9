/** Normalisation layers. */
export { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batchNorm.js";
export { GroupNorm } from "./groupNorm.js";
export { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from "./instanceNorm.js";
export { LayerNorm } from "./layerNorm.js";
export { CrossMapLRN2d, LocalResponseNorm } from "./localResponse.js";
export type { NormArguments, normNames } from "./running.js";
