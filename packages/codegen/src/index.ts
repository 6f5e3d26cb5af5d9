/**
 * Kernels as GPU source: one lowering to a typed IR, one printer per dialect; and what every runtime needs around them: parameters
 * as words, the error record, timing, probes.
 */
export { byteCopy } from "./byteCopy.js";
export { codecs, type GpuDType } from "./elements/codec.js";
export { errorCodes, recordBytes, reportedError } from "./errors.js";
export { Code, deviceFunction, ShaderBuilder, Shared, Variable, Words } from "./ir/builder.js";
export { type IntrinsicName, intrinsics } from "./ir/intrinsics.js";
export * from "./ir/types.js";
export { call, f32, i32, invoke, type Like, literal, u32, Value } from "./ir/value.js";
export { verify } from "./ir/verify.js";
export { lower } from "./lower.js";
export { opId } from "./opNames.js";
export { paramBytes, writeParams } from "./params.js";
export type { Bound, DeviceTraits, Dispatch, Plan } from "./plan.js";
export { CLike } from "./printers/clike.js";
export { printWgsl } from "./printers/wgsl/print.js";
export { holdNeighbours, probeBytes, subgroupProbe } from "./subgroups.js";
export { type Choice, Tuner, tunerOf } from "./tiles/tuner.js";
export { type TimedDispatch, Timing } from "./timing.js";
