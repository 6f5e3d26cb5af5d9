/** Values that an operator must know before it can tell the shape of its result. */
import { DeviceError } from "../../errors.js";
import { readBytesSync } from "../../primitives/copy.js";
import { readable } from "../../primitives/replay.js";
import { decodeHost } from "../../tensor/host.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The elements of `x` in row-major order. Throws DeviceError where the device cannot be read without waiting. */
export function readNumbers(op: string, x: Tensor): number[] {
  if (!readable(x.device)) {
    throw new DeviceError(
      op,
      `the shape of the result depends on values, and device ${x.device} cannot be read without waiting: call it inside \`await withReads(() => …)\``,
    );
  }
  return x.numel === 0 ? [] : Array.from(decodeHost(readBytesSync(x), x.dtype), Number);
}

/** The one element of `x`. */
export const readNumber = (op: string, x: Tensor): number => readNumbers(op, x)[0] as number;
