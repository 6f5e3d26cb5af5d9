/**
 * scan: [op, axis, reverse, has indices, x, out, indices?]; sort: [descending, x, values, indices]; nonzero: [fill?, x, out]: read
 * back by native/kernels/{scan.isa,sort,nonzero}.cpp. How many values a sort writes is the last size of `values`.
 */
import type { NonzeroLaunch, ScanKernel, ScanLaunch, SortLaunch } from "@flambeau/core";
import { type CommandQueue, opcodes } from "../queue.js";

const folds: Record<ScanKernel["op"], number> = { sum: 0, prod: 1, max: 2, min: 3, logsumexp: 4 };

export function encodeScan(queue: CommandQueue, { kernel, x, out, indices }: ScanLaunch): void {
  queue.begin(opcodes.scan);
  queue.push(folds[kernel.op]);
  queue.push(kernel.axis);
  queue.push(kernel.reverse ? 1 : 0);
  queue.push(indices === null ? 0 : 1);
  queue.operand(x);
  queue.operand(out);
  if (indices !== null) queue.operand(indices);
  queue.end();
}

export function encodeSort(queue: CommandQueue, { kernel, x, values, indices }: SortLaunch): void {
  queue.begin(opcodes.sort);
  queue.push(kernel.descending ? 1 : 0);
  queue.operand(x);
  queue.operand(values);
  queue.operand(indices);
  queue.end();
}

export function encodeNonzero(queue: CommandQueue, { kernel, x, out }: NonzeroLaunch): void {
  queue.begin(opcodes.nonzero);
  queue.push(kernel.stage === "fill" ? 1 : 0);
  queue.operand(x);
  queue.operand(out);
  queue.end();
}
