/** Kernels as GPU source: one lowering to a typed IR, one printer per dialect. */
export { codecs, type GpuDType } from "./elements/codec.js";
export { errorCodes } from "./errors.js";
export { Code, deviceFunction, ShaderBuilder, Shared, Variable, Words } from "./ir/builder.js";
export { type IntrinsicName, intrinsics } from "./ir/intrinsics.js";
export * from "./ir/types.js";
export { call, f32, i32, invoke, type Like, literal, u32, Value } from "./ir/value.js";
export { verify } from "./ir/verify.js";
export { lower } from "./lower.js";
export { opId, opName } from "./opNames.js";
export type { Bound, DeviceTraits, Dispatch, Plan } from "./plan.js";
export { CLike } from "./printers/clike.js";
export { paramBytes, printWgsl } from "./printers/wgsl/print.js";
export { type Choice, Tuner, tunerOf } from "./tiles/tuner.js";
