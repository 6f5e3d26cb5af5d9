/** Automatic differentiation: importing this gives tensors `backward`, `grad` and their kin. */
import "./transform.js";
import "./inplace.js";
import "./methods.js";

export { type BackwardOptions, backward, type GradOptions, grad } from "./backward.js";
export { checkpoint } from "./checkpoint.js";
export { FunctionContext } from "./context.js";
export {
  CustomFunction as Function,
  defineFunction,
  type FunctionDefinition,
  type FunctionGradients,
  onceDifferentiable,
} from "./function.js";
export { type Differentiable, type GradcheckOptions, gradcheck, gradgradcheck } from "./gradcheck.js";
export { interceptGradients } from "./intercept.js";
export { type Gradients, GradNode, type RemovableHandle, type TensorHook } from "./node.js";
export { type SavedTensorHooks, savedTensorsHooks } from "./saved.js";
