/**
 * gather: [op name, wrap, coordinates: count then (index?, number) each, index count, x, out, ...indices];
 * scatter: the same with the reduction first and (out, src): read back by native/kernels/{gather,scatter}.cpp.
 */
import type { GatherLaunch, Operand, ScatterKernel, ScatterLaunch } from "@flambeau/core";
import { opId } from "../errors.js";
import { type CommandQueue, opcodes } from "../queue.js";

const reductions: Record<ScatterKernel["reduce"], number> = { set: 0, add: 1, mul: 2, max: 3, min: 4 };

function addressing(
  queue: CommandQueue,
  { op, wrap, coordinates }: GatherLaunch["kernel"] | ScatterKernel,
  addressed: Operand,
  walked: Operand,
  indices: readonly Operand[],
): void {
  queue.push(opId(op));
  queue.push(wrap ? 1 : 0);
  queue.push(coordinates.length);
  for (const coordinate of coordinates) {
    queue.push("index" in coordinate ? 1 : 0);
    queue.push("index" in coordinate ? coordinate.index : coordinate.axis);
  }
  queue.push(indices.length);
  queue.operand(addressed);
  queue.operand(walked);
  for (const index of indices) queue.operand(index);
}

export function encodeGather(queue: CommandQueue, { kernel, x, indices, out }: GatherLaunch): void {
  queue.begin(opcodes.gather);
  addressing(queue, kernel, x, out, indices);
  queue.end();
}

export function encodeScatter(queue: CommandQueue, { kernel, src, indices, out }: ScatterLaunch): void {
  queue.begin(opcodes.scatter);
  queue.push(reductions[kernel.reduce]);
  addressing(queue, kernel, out, src, indices);
  queue.end();
}
