/** Automatic differentiation: importing this gives tensors `backward`, `grad` and their kin. */
import "./transform.js";
import "./inplace.js";
import "./methods.js";

export { backward, type BackwardOptions, grad, type GradOptions } from "./backward.js";
export { checkpoint } from "./checkpoint.js";
export { FunctionContext } from "./context.js";
export {
  CustomFunction as Function,
  defineFunction,
  type FunctionDefinition,
  type FunctionGradients,
  onceDifferentiable,
} from "./function.js";
export { type Differentiable, gradcheck, type GradcheckOptions, gradgradcheck } from "./gradcheck.js";
export { GradNode, type Gradients, type RemovableHandle } from "./node.js";
export { savedTensorsHooks, type SavedTensorHooks } from "./saved.js";
