/** Helpers around modules (`torch.nn.utils`). */
export { type ClipOptions, clipGradNorm_, clipGradValue_ } from "./clipGradients.js";
export { fuseConvBnEval, fuseLinearBnEval } from "./fusion.js";
export { parametersToVector, vectorToParameters } from "./parameterVector.js";
export * as rnn from "./rnn.js";
export { removeWeightNorm, weightNorm } from "./weightNorm.js";
