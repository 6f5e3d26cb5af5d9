/** One pass over a loader's worker threads. */
import { toDevice } from "../collate/collate.js";
import type { Delivery, WorkerPool } from "../workers/pool.js";
import type { Request } from "../workers/protocol.js";
import { unpack } from "../workers/wire.js";
import { type Assembly, assemble } from "./assemble.js";

export interface PassOptions {
  /** Tasks each worker has at a time. */
  readonly prefetch: number;
  /** Milliseconds; 0 is for ever. */
  readonly timeout: number;
  readonly seed: number;
}

/**
 * Hands requests to the workers in turn, so that which worker makes which batch does not depend on their speed, and gives the
 * batches in the order of the requests. A worker whose iterable dataset ended gets no more.
 */
export async function* workerBatches(
  pool: WorkerPool,
  requests: Iterable<Request>,
  assembly: Assembly,
  { prefetch, timeout, seed }: PassOptions,
): AsyncGenerator<unknown, void> {
  pool.begin(seed);
  const source = requests[Symbol.iterator]();
  const waiting: { readonly task: number; readonly worker: number }[] = [];
  const ended = new Set<number>();
  let tasks = 0;
  const submit = (worker: number): void => {
    const step = source.next();
    if (step.done === true) return;
    pool.submit(worker, tasks, step.value);
    waiting.push({ task: tasks++, worker });
  };

  try {
    for (let i = 0; i < prefetch * pool.size; i++) submit(i % pool.size);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { task, worker } = next;
      const delivery = await pool.take(task, timeout);
      if (delivery === null) {
        ended.add(worker);
        continue;
      }
      if (!ended.has(worker)) submit(worker);
      yield receive(delivery, assembly);
    }
  } finally {
    source.return?.();
  }
}

function receive({ wire, slab, release }: Delivery, assembly: Assembly): unknown {
  try {
    if (assembly.plan.kind !== "main") return toDevice(unpack(wire, slab, false), assembly.device);
    return assemble(assembly, unpack(wire, slab, true) as unknown[]);
  } finally {
    release();
  }
}
