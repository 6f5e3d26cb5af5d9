/**
 * What other Flambeau packages build on and programs have no use for: primitives and their dispatch, program
 * differentiation, storage. It may change between minor versions.
 */
export { type DebugOptions, debugOptions, describeLaunch, setting } from "./backend/debug.js";
export type { Kind } from "./dtype.js";
export { dtypeOfKind, widthsFor } from "./fused/dtypes.js";
export {
  extentOf,
  type FusedOutput,
  type FusedParams,
  patternOf,
  shapeAlong,
  withScalars,
} from "./fused/params.js";
export { onRequiresGrad } from "./ops/creation.js";
export { defineMethod } from "./ops/op.js";
export { copyInto, copyOf, copyParams } from "./primitives/copy.js";
export {
  addTransform,
  apply,
  applyOne,
  isUnobserved,
  type Next,
  type Transform,
} from "./primitives/dispatch.js";
export type { ConvParams, PoolParams, PrimitiveName, PrimitiveParams } from "./primitives/primitives.js";
export { differentiate, extend } from "./program/differentiate.js";
export { remember } from "./program/memo.js";
export { evaluateBinary, evaluateUnary } from "./program/special.js";
export type { Derived, Node, Program, Saved, Widths } from "./program/types.js";
export { type InplaceObserver, setInplaceObserver } from "./tensor/inplace.js";
export { hold, letGo, tensorsIn } from "./tensor/scope.js";
export {
  contiguousStrides,
  formatShape,
  isContiguous,
  normalizeDim,
  numelOf,
  sameShape,
  viewStrides,
} from "./tensor/shape.js";
export { Storage } from "./tensor/storage.js";
export { type AutogradState, allocate, type ViewOf } from "./tensor/tensor.js";
