/** [direction, groups, spatial rank, stride, padding, dilation, has bias, x, w, y, bias?]: read back by native/kernels/convolution.cpp. */
import { type ConvLaunch, DTypeError } from "@flambeau/core";
import { type CommandQueue, opcodes } from "../queue.js";

const directions = { forward: 0, inputGrad: 1, weightGrad: 2 };

export function encodeConv(queue: CommandQueue, { kernel, x, w, y, bias }: ConvLaunch): void {
  if (kernel.dtype === "bool") throw new DTypeError("conv", "expected numbers, got bool on device cpu");
  queue.begin(opcodes.conv);
  queue.push(directions[kernel.direction]);
  queue.push(kernel.groups);
  queue.push(kernel.stride.length);
  for (const list of [kernel.stride, kernel.padding, kernel.dilation])
    for (const value of list) queue.push(value);
  queue.push(bias === null ? 0 : 1);
  queue.operand(x);
  queue.operand(w);
  queue.operand(y);
  if (bias !== null) queue.operand(bias);
  queue.end();
}
