/** What the main thread and its workers say to each other. */
import type { Recipe } from "../datasets/recipe.js";
import type { Wire } from "./wire.js";

/** What a worker does with the samples it fetched. */
export type CollatePlan =
  | { readonly kind: "default" }
  /** Calls a function that the dataset's module exports. */
  | { readonly kind: "export"; readonly name: string }
  /** Sends the samples as they are: the main thread collates. */
  | { readonly kind: "main" }
  /** No batches: one sample per task, its typed arrays made host tensors. */
  | { readonly kind: "single" };

/** Given to a worker when it starts. */
export interface WorkerSetup {
  readonly recipe: Recipe;
  readonly id: number;
  readonly numWorkers: number;
  readonly collate: CollatePlan;
  readonly workerInit: string | null;
  readonly dropLast: boolean;
  /** One number: the pass that is under way. Tasks of earlier passes are not worth doing. */
  readonly epoch: Int32Array<SharedArrayBuffer>;
}

/** Indices for a map-style dataset, a number of samples for an iterable one. */
export type Request = readonly number[] | number;

export type ToWorker =
  | { readonly type: "epoch"; readonly epoch: number; readonly seed: number }
  | { readonly type: "task"; readonly epoch: number; readonly task: number; readonly request: Request }
  | { readonly type: "free"; readonly slab: SharedArrayBuffer };

/** An error as plain data. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** The index whose sample could not be had, where it was one. */
  readonly sample: number | null;
}

export type FromWorker =
  | {
      readonly type: "batch";
      readonly epoch: number;
      readonly task: number;
      readonly wire: Wire;
      readonly slab: SharedArrayBuffer | null;
    }
  | { readonly type: "end"; readonly epoch: number; readonly task: number }
  | { readonly type: "error"; readonly epoch: number; readonly task: number; readonly error: RemoteError }
  | { readonly type: "failed"; readonly error: RemoteError };
