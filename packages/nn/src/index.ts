/** Modules, layers, losses and initialisation (`torch.nn`). */
export * as functional from "./functional/index.js";
export * as init from "./init.js";
export { type HookHandle, type LoadReport, Module, type StateDict } from "./module.js";
export * from "./modules/activation.js";
export * from "./modules/container.js";
export * from "./modules/conv.js";
export * from "./modules/dropout.js";
export * from "./modules/linear.js";
export * from "./modules/loss.js";
export * from "./modules/norm.js";
export * from "./modules/pool.js";
export * from "./modules/shape.js";
export { Parameter } from "./parameter.js";
