/** How each kind of launch becomes a command: one typed handler per kind. */
import type { KernelKind, Launch, LaunchOf } from "@flambeau/core";
import { lowerFused } from "../fused/lower.js";
import type { CommandQueue } from "../queue.js";
import { encodeConv } from "./conv.js";
import { encodeGather, encodeScatter } from "./indexing.js";
import { encodeMatmul } from "./matmul.js";
import { encodeNonzero, encodeScan, encodeSort } from "./ordering.js";
import { encodePool } from "./pool.js";

type Handlers = { readonly [K in KernelKind]: (queue: CommandQueue, launch: LaunchOf<K>) => void };

const handlers: Handlers = {
  fused: lowerFused,
  matmul: encodeMatmul,
  conv: encodeConv,
  pool: encodePool,
  gather: encodeGather,
  scatter: encodeScatter,
  scan: encodeScan,
  sort: encodeSort,
  nonzero: encodeNonzero,
};

/** Writes the command of a launch. When that fails nothing is left in the queue. */
export function encode(queue: CommandQueue, launch: Launch): void {
  // The table is indexed by the launch's own kind, which the type system cannot relate across a union.
  const handler = handlers[launch.kernel.kind] as (queue: CommandQueue, launch: Launch) => void;
  try {
    handler(queue, launch);
  } catch (error) {
    queue.cancel();
    throw error;
  }
}
