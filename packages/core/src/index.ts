/** Tensors and everything they are made of. */
import "./ops/methods.js";

export * from "./backend/backend.js";
export * from "./backend/faults.js";
export type * from "./backend/kernels.js";
export * from "./backend/kernelTable.js";
export {
  closeDevice,
  Device,
  type DeviceLike,
  defaultDevice,
  open,
  registerBackend,
  registeredBackends,
  setDefaultDevice,
} from "./backend/registry.js";
export {
  bytesOf,
  type DType,
  dtypeNames,
  dtypes,
  type FloatDType,
  type IntDType,
  isFloat,
  isInt,
  kindOf,
  promoteTypes,
} from "./dtype.js";
export * from "./errors.js";
export { finfo, iinfo } from "./finfo.js";
export type { FusedOptions, ResultRule } from "./fused/call.js";
export {
  canCast,
  defaultDType,
  resultType,
  type Scalar,
  setDefaultDType,
  type TensorLike,
} from "./fused/dtypes.js";
export { executeFused } from "./fused/execute.js";
export { type DimMap, extentOf, type FusedOutput, type FusedParams, shapeAlong } from "./fused/params.js";
export { type Pointwise, pointwise } from "./fused/pointwise.js";
export { type RowOptions, type Rowwise, rowwise } from "./fused/rowwise.js";
export { enableGrad, isGradEnabled, noGrad, setGradEnabled } from "./gradMode.js";
export { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "./half.js";
export { Collector, findCollector } from "./memory/collector.js";
export { type MemoryBlock, MemoryPool, type MemorySource, PooledBuffer } from "./memory/pool.js";
export { asTensor, scalarTensor } from "./ops/convertible.js";
export {
  arange,
  type CreationOptions,
  empty,
  emptyLike,
  fromBytes,
  full,
  fullLike,
  isTensor,
  ones,
  onesLike,
  onRequiresGrad,
  tensor,
  zeros,
  zerosLike,
} from "./ops/creation.js";
export * as fft from "./ops/fft/namespace.js";
export * from "./ops/indexing/at.js";
export * from "./ops/indexing/counting.js";
export { embeddingLookup } from "./ops/indexing/embeddingLookup.js";
export * from "./ops/indexing/gather.js";
export * from "./ops/indexing/histogram.js";
export * from "./ops/indexing/masked.js";
export * from "./ops/indexing/median.js";
export * from "./ops/indexing/nonzero.js";
export * from "./ops/indexing/quantile.js";
export type { Index, NestedIndex } from "./ops/indexing/resolve.js";
export * from "./ops/indexing/scan.js";
export * from "./ops/indexing/scatter.js";
export * from "./ops/indexing/search.js";
export { segmentReduce } from "./ops/indexing/segments.js";
export { Slice, slice } from "./ops/indexing/slice.js";
export { argsort, kthvalue, msort, sort, topk } from "./ops/indexing/sort.js";
export { type Unique, unique, uniqueConsecutive } from "./ops/indexing/unique.js";
export { whereIndices } from "./ops/indexing/whereIndices.js";
export { emptyStrided } from "./ops/like.js";
export { chainMatmul, matrixPower } from "./ops/linear/chains.js";
export * from "./ops/linear/einsum.js";
export * as linalg from "./ops/linear/linalg.js";
export * from "./ops/linear/matmul.js";
export { cross, kron, trace } from "./ops/linear/products.js";
export * from "./ops/linear/scaled.js";
export { type NamedTuple, namedTuple } from "./ops/namedTuple.js";
export * from "./ops/nn/conv.js";
export * from "./ops/nn/pool.js";
export type { Sizes } from "./ops/nn/window.js";
export { type Arguments, bindArguments, defineMethod, type Method, type Op, op } from "./ops/op.js";
export * from "./ops/pointwise/activations.js";
export * from "./ops/pointwise/binary.js";
export * from "./ops/pointwise/equality.js";
export * from "./ops/pointwise/frexp.js";
export * from "./ops/pointwise/real.js";
export * from "./ops/pointwise/scalars.js";
export * from "./ops/pointwise/ternary.js";
export * from "./ops/pointwise/unary.js";
export { where } from "./ops/pointwise/where.js";
export { eye, linspace, logspace, vander } from "./ops/ranges.js";
export * from "./ops/reduction/covariance.js";
export * from "./ops/reduction/differences.js";
export * from "./ops/reduction/fold.js";
export * as masked from "./ops/reduction/masked.js";
export * from "./ops/reduction/norms.js";
export * from "./ops/reduction/statistics.js";
export * from "./ops/shape/diagonals.js";
export * from "./ops/shape/expand.js";
export * from "./ops/shape/flip.js";
export * from "./ops/shape/grids.js";
export * from "./ops/shape/join.js";
export { constantPadNd, type PadMode, pad } from "./ops/shape/pad.js";
export * from "./ops/shape/permute.js";
export { channelShuffle, pixelShuffle, pixelUnshuffle } from "./ops/shape/pixel.js";
export * from "./ops/shape/repeat.js";
export * from "./ops/shape/reshape.js";
export * from "./ops/shape/scatterViews.js";
export * from "./ops/shape/slices.js";
export * from "./ops/shape/split.js";
export * from "./ops/shape/triangles.js";
export { fold as foldBlocks, type Pair, unfold as unfoldBlocks } from "./ops/shape/windows.js";
export * from "./ops/signalWindows.js";
export { igamma, igammac } from "./ops/special/incompleteGamma.js";
export { i0 } from "./ops/special/modified.js";
export * as special from "./ops/special/namespace.js";
export { polygamma } from "./ops/special/zeta.js";
export { copyInto, copyOf, packed } from "./primitives/copy.js";
export { addTransform, apply, applyOne, type Next, type Transform } from "./primitives/dispatch.js";
export type { ConvParams, PoolParams, PrimitiveName, PrimitiveParams } from "./primitives/primitives.js";
export { withReads } from "./primitives/replay.js";
export {
  constant,
  type Definition,
  definePointwise,
  defineRowwise,
  differentiate,
  Expr,
  extend,
  hashOf,
  linear as position,
  printProgram,
  printStep,
  Row,
  rand as uniformAt,
  randBits as bitsAt,
  schedule,
} from "./program/index.js";
export {
  binaryOps,
  binaryScalar,
  computeKind,
  isBinary,
  isUnary,
  unaryOps,
  unaryScalar,
} from "./program/scalars.js";
export type * from "./program/types.js";
export * from "./random/create.js";
export { bernoulli } from "./random/fill.js";
export { defaultGenerator, Generator, manualSeed } from "./random/generator.js";
export { philox4x32 } from "./random/philox.js";
export type { HostArray, HostArrayOf, NestedArray } from "./tensor/host.js";
export { type InplaceObserver, setInplaceObserver } from "./tensor/inplace.js";
export {
  formatTensor,
  formatTensorAsync,
  getPrintOptions,
  type PrintOptions,
  setPrintOptions,
} from "./tensor/print.js";
export { keep, scope } from "./tensor/scope.js";
export {
  broadcastStrides,
  contiguousStrides,
  formatShape,
  isContiguous,
  normalizeDim,
  normalizeDims,
  numelOf,
  type Shape,
  sameShape,
} from "./tensor/shape.js";
// All of it, not by name: packages that add members to Tensor can extend the type only through a star export.
export * from "./tensor/tensor.js";
