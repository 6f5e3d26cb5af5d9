/** Starts worker threads. At the top of the sources, as it is in the build, because it names its neighbour worker.ts. */
import type { Worker } from "node:worker_threads";
import { ArgumentError } from "@flambeau/core";
import type { WorkerSetup } from "./workers/protocol.js";

/** Throws ArgumentError where the platform has no such threads (a browser). */
export async function spawn(setups: readonly WorkerSetup[]): Promise<Worker[]> {
  const entry = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
  const threads = await import("node:worker_threads").catch((cause: unknown) => {
    throw new ArgumentError("DataLoader", "worker threads need Node; leave numWorkers at 0 elsewhere", {
      cause,
    });
  });
  return setups.map(
    (workerData) => new threads.Worker(entry, { workerData, name: `flambeau-data-${workerData.id}` }),
  );
}
