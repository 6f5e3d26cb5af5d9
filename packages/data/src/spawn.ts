/** Starts worker threads. At the top of the sources, as it is in the build, because it names its neighbour worker.ts. */
import type { Worker } from "node:worker_threads";
import { ArgumentError } from "@flambeau/core";
import type { WorkerSetup } from "./workers/protocol.js";

type Threads = typeof import("node:worker_threads");

/** Specifiers that bundlers do not see: they would refuse to bundle the first for a page, and the second has no use there. */
const moduleName = "node:worker_threads";
const entryName = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";

/** Throws ArgumentError where the platform has no such threads (a browser). */
export async function spawn(setups: readonly WorkerSetup[]): Promise<Worker[]> {
  const loading = import(/* @vite-ignore */ /* webpackIgnore: true */ moduleName) as Promise<Threads>;
  const threads = await loading.catch((cause: unknown) => {
    throw new ArgumentError("DataLoader", "worker threads need Node; leave numWorkers at 0 elsewhere", {
      cause,
    });
  });
  const entry = new URL(entryName, import.meta.url);
  return setups.map(
    (workerData) => new threads.Worker(entry, { workerData, name: `flambeau-data-${workerData.id}` }),
  );
}
