/** Copies below the level of operators: nothing here is recorded for backward. */
import type { DeviceBuffer } from "../backend/backend.js";
import type { Device } from "../backend/registry.js";
import { bytesOf, type DType, kindOf } from "../dtype.js";
import { DeviceError } from "../errors.js";
import { widthsFor } from "../fused/dtypes.js";
import { executeFused } from "../fused/execute.js";
import { layOut } from "../fused/layout.js";
import type { FusedParams } from "../fused/params.js";
import { RecentCalls } from "../fused/recent.js";
import { definePointwise } from "../program/define.js";
import { remember } from "../program/memo.js";
import { allocate, type Tensor } from "../tensor/tensor.js";
import { readable, replayed } from "./replay.js";

const identity = definePointwise("copy", (x) => x);

/** By the dtype copied to. */
const recent = new Map<DType, RecentCalls>();

/** Parameters of the fused copy of `x` into a tensor of `shape` and `dtype`. */
export function copyParams(x: Tensor, shape: readonly number[], dtype: DType): FusedParams {
  const calls = remember(recent, dtype, () => new RecentCalls());
  return calls.recall([x], shape, () => makeParams(x, shape, dtype));
}

function makeParams(x: Tensor, shape: readonly number[], dtype: DType): FusedParams {
  const layout = layOut([x.shape, shape], shape, []);
  const kind = kindOf(x.dtype);
  return {
    program: identity.program([{ axes: layout.inputAxes[0] as number, kind }], layout.axes, 0),
    sizes: layout.sizes,
    axisOf: layout.axisOf,
    scalars: [null],
    maps: [layout.maps[0] as number[]],
    outputs: [{ dtype, shape, map: layout.maps[1] as number[] }],
    widths: widthsFor(x.dtype, [x.dtype], [dtype]),
  };
}

/** Writes `from`, broadcast and converted, into `to`. On one device this is a kernel, across devices the bytes pass through the host. */
export function copyInto(to: Tensor, from: Tensor): void {
  if (to.numel === 0) return;
  const source = from.device === to.device ? from : transfer(from, to.device);
  executeFused([source], copyParams(source, to.shape, to.dtype), [to]);
}

/** A contiguous copy. */
export function copyOf(x: Tensor): Tensor {
  const out = allocate(x.device, x.dtype, x.shape);
  copyInto(out, x);
  return out;
}

/** `x` itself where it is contiguous already, else a contiguous copy. */
export const packed = (x: Tensor): Tensor => (x.isContiguous() ? x : copyOf(x));

/** The same values on another device. Bytes go through the host, read synchronously. */
export function transfer(x: Tensor, device: Device): Tensor {
  const out = allocate(device, x.dtype, x.shape);
  if (!readable(x.device)) {
    throw new DeviceError(
      "to",
      `device ${x.device} cannot be read without waiting: use \`await x.toAsync("${device}")\`, or move it inside \`await withReads(() => …)\``,
    );
  }
  const bytes = readBytesSync(x);
  device.backend.write(out.bufferFor("to"), 0, bytes);
  return out;
}

/** Where the elements lie in row-major order, as the backend's reads take it. */
function bytesIn(x: Tensor): [buffer: DeviceBuffer, offset: number, bytes: number] {
  const source = packed(x);
  const width = bytesOf(x.dtype);
  return [source.bufferFor("read"), source.offset * width, x.numel * width];
}

/** The elements in row-major order, as bytes. The device must be `readable`. */
export function readBytesSync(x: Tensor): Uint8Array<ArrayBuffer> {
  const { backend } = x.device;
  return backend.capabilities.syncRead ? backend.readSync(...bytesIn(x)) : replayed(() => readBytes(x));
}

/** As `readBytesSync`, without holding up the event loop. */
export const readBytes = (x: Tensor): Promise<Uint8Array<ArrayBuffer>> =>
  x.device.backend.read(...bytesIn(x));
