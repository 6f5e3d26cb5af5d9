/** Other dtypes, other devices, and values for JavaScript. */
import { type Device, type DeviceLike, registeredBackends, resolveDevice } from "../backend/registry.js";
import { checkDType, type DType, dtypes } from "../dtype.js";
import { ArgumentError, DeviceError, ShapeError } from "../errors.js";
import { copyParams, readBytes, readBytesSync } from "../primitives/copy.js";
import { applyOne } from "../primitives/dispatch.js";
import { readable } from "../primitives/replay.js";
import { decodeHost, type HostArrayOf, type NestedArray, nest } from "../tensor/host.js";
import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { fromBytes } from "./creation.js";
import { op } from "./op.js";

function cast(x: Tensor, dtype: DType): Tensor {
  return applyOne("fused", [x], copyParams(x, x.shape, dtype));
}

export interface ToOptions {
  readonly dtype?: DType;
  readonly device?: DeviceLike;
  readonly copy?: boolean;
}

const isDType = (value: unknown): value is DType => typeof value === "string" && Object.hasOwn(dtypes, value);

/**
 * x in another dtype, on another device, or both (`Tensor.to`): `x.to("float64")`, `x.to("cpu")`, `x.to({ dtype, device })`,
 * `x.to(other)`. Returns x itself where nothing changes, unless `copy` is set.
 */
export function to(x: Tensor, target: DType | DeviceLike | Tensor | ToOptions, dtype?: DType): Tensor {
  let wanted: ToOptions;
  if (isDType(target)) wanted = { dtype: target };
  else if (typeof target === "string") wanted = { device: target, dtype };
  else if (target === null || typeof target !== "object")
    throw new ArgumentError("to", `expected a dtype, a device or a tensor, got ${String(target)}`);
  else if ("storage" in target) wanted = { device: target.device, dtype: target.dtype };
  else if ("backend" in target) wanted = { device: target, dtype };
  else wanted = target;
  if (wanted.dtype !== undefined) checkDType("to", wanted.dtype);
  if (
    typeof wanted.device === "string" &&
    !registeredBackends().includes(wanted.device.split(":")[0] as string)
  ) {
    throw new ArgumentError(
      "to",
      `expected a dtype (${Object.keys(dtypes).join(", ")}) or a registered device (${registeredBackends().join(", ")}), got "${wanted.device}"`,
    );
  }
  const device = wanted.device === undefined ? x.device : resolveDevice("to", wanted.device);
  let result = x;
  if (device !== x.device) result = applyOne("transfer", [result], { device });
  if (wanted.dtype !== undefined && wanted.dtype !== x.dtype) result = cast(result, wanted.dtype);
  return result === x && wanted.copy === true ? cast(x, x.dtype) : result;
}

/** As `to` with a device, for devices that cannot be read without waiting. Not recorded for backward. */
export async function toAsync(x: Tensor, device: DeviceLike): Promise<Tensor> {
  const target = resolveDevice("toAsync", device);
  return target === x.device ? x : fromBytes(await readBytes(x), x.shape, x.dtype, { device: target });
}

const named = (name: string, dtype: DType): ((x: Tensor) => Tensor) =>
  op(name, [], (x: Tensor): Tensor => to(x, dtype));
export const float = named("float", "float32");
export const double = named("double", "float64");
export const half = named("half", "float16");
export const bfloat16 = named("bfloat16", "bfloat16");
export const int = named("int", "int32");
export const long = named("long", "int64");
export const short = named("short", "int16");
export const char = named("char", "int8");
export const byte = named("byte", "uint8");
export const bool = named("bool", "bool");
/** x in the dtype of another tensor (`Tensor.type_as`). */
export const typeAs = op("typeAs", ["other"], (x: Tensor, other: Tensor): Tensor => to(x, other.dtype));
/** x in a dtype (`Tensor.type`). */
export const type = op(
  "type",
  ["dtype"],
  (x: Tensor, dtype: DType): Tensor => to(x, checkDType("type", dtype)),
);
/** x on the first CPU device (`Tensor.cpu`). */
export const cpu = op("cpu", [], (x: Tensor): Tensor => to(x, "cpu"));

type TypedArray = HostArrayOf[DType];

function checkSyncRead(device: Device, method: string): void {
  if (readable(device)) return;
  throw new DeviceError(
    method,
    `device ${device} cannot be read without waiting: use \`await x.${method.replace("Sync", "")}()\``,
  );
}

/** The elements in row-major order as a typed array: float16 and bfloat16 as Float32Array, int64 as BigInt64Array, bool as Uint8Array of 0 and 1. */
export async function data(x: Tensor): Promise<TypedArray> {
  return decodeHost(await readBytes(x), x.dtype);
}
/** As `data`, without waiting; an error on devices that must be awaited. */
export function dataSync(x: Tensor): TypedArray {
  checkSyncRead(x.device, "dataSync");
  return decodeHost(readBytesSync(x), x.dtype);
}

/** The raw little-endian bytes of the elements in row-major order. */
export const bytes = (x: Tensor): Promise<Uint8Array<ArrayBuffer>> => readBytes(x);
/** As `bytes`, without waiting. */
export function bytesSync(x: Tensor): Uint8Array<ArrayBuffer> {
  checkSyncRead(x.device, "bytesSync");
  return readBytesSync(x);
}

/** Nested arrays (`Tensor.tolist`): booleans for bool, bigints for int64, numbers otherwise. */
export async function array(x: Tensor): Promise<NestedArray> {
  return nest(await data(x), x.shape, x.dtype);
}
/** As `array`, without waiting. */
export function arraySync(x: Tensor): NestedArray {
  checkSyncRead(x.device, "arraySync");
  return nest(dataSync(x), x.shape, x.dtype);
}

function one(x: Tensor, method: string): void {
  if (x.numel !== 1)
    throw new ShapeError(method, `expected a tensor of one element, got shape ${formatShape(x.shape)}`);
}

/** The value of a tensor of one element, as a number (int64 values beyond 2^53 are an error: use `array`). */
export async function item(x: Tensor): Promise<number> {
  one(x, "item");
  return exact(await data(x));
}
/** As `item`, without waiting. */
export function itemSync(x: Tensor): number {
  one(x, "itemSync");
  checkSyncRead(x.device, "itemSync");
  return exact(dataSync(x));
}

function exact(values: TypedArray): number {
  const value = values[0] as number | bigint;
  const number = Number(value);
  if (typeof value === "bigint" && BigInt(number) !== value) {
    throw new ArgumentError(
      "item",
      `the int64 value ${value} has no exact number; read it with data() or array()`,
    );
  }
  return number;
}
