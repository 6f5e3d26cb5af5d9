/**
 * [op name, max?, backward?, adaptive?, count padding?, divisor or 0, spatial rank, size, stride, padding, dilation, has indices, x, y,
 * indices?]: read back by native/kernels/pooling.cpp.
 */
import { DTypeError, type PoolLaunch } from "@flambeau/core";
import { opId } from "../errors.js";
import { type CommandQueue, opcodes } from "../queue.js";

export function encodePool(queue: CommandQueue, { kernel, x, y, indices }: PoolLaunch): void {
  const name = `${kernel.op}Pool`;
  if (kernel.dtype === "bool") throw new DTypeError(name, "expected numbers, got bool on device cpu");
  const spatial = x.shape.length - 2;
  queue.begin(opcodes.pool);
  queue.push(opId(name));
  queue.push(kernel.op === "max" ? 1 : 0);
  queue.push(kernel.direction === "backward" ? 1 : 0);
  queue.push(kernel.adaptive ? 1 : 0);
  queue.push(kernel.countIncludePad ? 1 : 0);
  queue.push(kernel.divisor ?? 0);
  queue.push(spatial);
  // Adaptive windows follow from the sizes of x and y; the lists may be empty then.
  for (let d = 0; d < spatial; d++) queue.push(kernel.size[d] ?? 1);
  for (let d = 0; d < spatial; d++) queue.push(kernel.stride[d] ?? 1);
  for (let d = 0; d < spatial; d++) queue.push(kernel.padding[d] ?? 0);
  for (let d = 0; d < spatial; d++) queue.push(kernel.dilation[d] ?? 1);
  queue.push(indices === null ? 0 : 1);
  queue.operand(x);
  queue.operand(y);
  if (indices !== null) queue.operand(indices);
  queue.end();
}
