/** What a dataset can know of the worker thread it lives in. */
import type { AnyDataset } from "../datasets/dataset.js";

export interface WorkerInfo {
  /** From 0 to numWorkers - 1. */
  readonly id: number;
  readonly numWorkers: number;
  /** Another for each worker and each pass; the same again for the same loader seed. The worker's default generator starts from it. */
  readonly seed: number;
  /** The worker's own copy; null while it is being built. */
  readonly dataset: AnyDataset<unknown> | null;
}

// Kept on the thread itself: a program's dataset module and the worker's entry may have loaded two builds of this file.
const place = Symbol.for("flambeau.data.workerInfo");
const thread = globalThis as { [place]?: WorkerInfo };

/** The worker this code runs in, or null in the main thread (`torch.utils.data.get_worker_info`). */
export const getWorkerInfo = (): WorkerInfo | null => thread[place] ?? null;

export function setWorkerInfo(info: WorkerInfo): void {
  thread[place] = info;
}
