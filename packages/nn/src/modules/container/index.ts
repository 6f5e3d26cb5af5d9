/** Modules that hold modules or parameters. */
export { ModuleDict } from "./moduleDict.js";
export { ModuleList } from "./moduleList.js";
export { ParameterDict, ParameterList } from "./parameters.js";
export { Sequential, type Step } from "./sequential.js";
