/** [has bias, a, b, out, bias?]: read back by native/kernels/matmul.cpp. */
import { DTypeError, type MatmulLaunch } from "@flambeau/core";
import { type CommandQueue, opcodes } from "../queue.js";

export function encodeMatmul(queue: CommandQueue, { kernel, a, b, bias, out }: MatmulLaunch): void {
  if (kernel.dtype === "bool") throw new DTypeError("matmul", "expected numbers, got bool on device cpu");
  queue.begin(opcodes.matmul);
  queue.push(bias === null ? 0 : 1);
  queue.operand(a);
  queue.operand(b);
  queue.operand(out);
  if (bias !== null) queue.operand(bias);
  queue.end();
}
