/** Other dtypes and other devices. */
import { Device, type DeviceLike, registeredBackends, resolveDevice } from "../backend/registry.js";
import { checkDType, type DType, dtypes } from "../dtype.js";
import { ArgumentError } from "../errors.js";
import { copyParams, readBytes } from "../primitives/copy.js";
import { applyOne } from "../primitives/dispatch.js";
import { Tensor } from "../tensor/tensor.js";
import { fromBytes } from "./creation.js";
import { op } from "./op.js";

const cast = (x: Tensor, dtype: DType): Tensor => applyOne("fused", [x], copyParams(x, x.shape, dtype));

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
  else if (target instanceof Tensor) wanted = { device: target.device, dtype: target.dtype };
  else if (target instanceof Device) wanted = { device: target, dtype };
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

/** Dtypes that have a method of their own. */
const named = {
  float: "float32",
  double: "float64",
  half: "float16",
  bfloat16: "bfloat16",
  int: "int32",
  long: "int64",
  short: "int16",
  char: "int8",
  byte: "uint8",
  bool: "bool",
} as const;
/** `x.float()`, `x.long()`, … */
export const casts = Object.fromEntries(
  Object.entries(named).map(([name, dtype]) => [name, op(name, [], (x: Tensor): Tensor => to(x, dtype))]),
) as unknown as { readonly [K in keyof typeof named]: (x: Tensor) => Tensor };
