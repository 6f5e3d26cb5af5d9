/** Batches of a dataset, in this thread or made ahead by worker threads. */
import { ArgumentError, type Generator } from "@flambeau/core";
import type { Collated } from "../collate/types.js";
import {
  type AnyDataset,
  ArrayDataset,
  type Dataset,
  type IterableDataset,
  isMapStyle,
  isPromise,
} from "../datasets/dataset.js";
import { exportOf, moduleOf, type Recipe, recipe } from "../datasets/recipe.js";
import { isBatched } from "../datasets/tensors.js";
import { RandomStream } from "../random/stream.js";
import type { WorkerPool } from "../workers/pool.js";
import type { CollatePlan } from "../workers/protocol.js";
import { type Assembly, assemble, type CollateFunction } from "./assemble.js";
import { batchesOf, checkOptions, type DataLoaderOptions, generatorOf } from "./options.js";
import { pull, pullSync, stepper } from "./pull.js";
import { workerBatches } from "./workerBatches.js";

const op = "DataLoader";

/**
 * Runs through a dataset in batches (`torch.utils.data.DataLoader`): `for await (const batch of loader)`, or
 * `for (const batch of loader)` without workers over a dataset that gives samples at once. Each iteration is a pass; with
 * `shuffle` each has another order, fixed by `seed`, the same for any `numWorkers`. Batches come in order, on `device`.
 *
 * With `numWorkers` the dataset must come from `workerDataset`; batches travel through shared memory. An error in a worker is
 * thrown as WorkerError at its batch's turn, and so is a worker's death. Leaving the loop early ends or stops the workers.
 */
export class DataLoader<T, B = Collated<T>> implements AsyncIterable<B> {
  readonly dataset: Dataset<T> | IterableDataset<T>;
  readonly #options: DataLoaderOptions<T, B>;
  readonly #batches: (Iterable<readonly number[]> & { readonly length: number }) | null;
  readonly #generator: Generator;
  readonly #assembly: Assembly;
  readonly #recipe: Recipe | null;
  #pool: Promise<WorkerPool> | null = null;

  /** Throws ArgumentError for options that contradict each other. */
  constructor(dataset: AnyDataset<T>, options: DataLoaderOptions<T, B> = {}) {
    this.dataset =
      Array.isArray(dataset) && !("get" in dataset) ? new ArrayDataset<T>(dataset) : (dataset as Dataset<T>);
    checkOptions(options as DataLoaderOptions<never, unknown>, isMapStyle(this.dataset));
    this.#options = options;
    this.#generator = generatorOf(options as DataLoaderOptions<never, unknown>);
    this.#batches = batchesOf(this.dataset, options, this.#generator);
    this.#recipe = recipe(dataset);
    if (this.#recipe === null && (options.numWorkers ?? 0) > 0) {
      throw new ArgumentError(
        op,
        "worker threads cannot be given this dataset, only one they can build: make it with workerDataset",
      );
    }
    this.#assembly = this.#plan(this.#recipe === null ? null : moduleOf(this.#recipe));
  }

  /** Number of batches (of samples without batching). Throws ArgumentError for an iterable dataset, whose end is not known. */
  get length(): number {
    if (this.#batches !== null) return this.#batches.length;
    throw new ArgumentError(
      "DataLoader.length",
      "an iterable dataset has no length before it was run through",
    );
  }

  /** One pass without waiting. Throws ArgumentError with workers, and where the dataset's samples must be awaited. */
  *[Symbol.iterator](): globalThis.Generator<B, void> {
    if (this.#workers > 0)
      throw new ArgumentError(op, "batches of worker threads must be awaited: use `for await`");
    this.#drawSeed();
    if (this.#batches === null) {
      yield* this.#pulledSync();
      return;
    }
    for (const indices of this.#batches) {
      const samples = this.#batchAtOnce(indices) ?? this.#fetch(indices);
      if (!Array.isArray(samples)) yield samples.batch as B;
      else if (samples.some(isPromise))
        throw new ArgumentError(op, "the dataset's samples must be awaited: use `for await`");
      else yield assemble(this.#assembly, samples) as B;
    }
  }

  /** One pass. */
  async *[Symbol.asyncIterator](): AsyncGenerator<B, void> {
    const seed = this.#drawSeed();
    if (this.#workers > 0) yield* this.#fromWorkers(seed);
    else if (this.#batches === null) yield* this.#pulled();
    else {
      for (const indices of this.#batches) {
        const samples = this.#batchAtOnce(indices) ?? this.#fetch(indices);
        yield (
          Array.isArray(samples) ? assemble(this.#assembly, await Promise.all(samples)) : samples.batch
        ) as B;
      }
    }
  }

  /** Ends persistent workers; resolves when they are gone. Another pass would start new ones. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await (await pool)?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #workers(): number {
    return this.#options.numWorkers ?? 0;
  }

  get #batchSize(): number {
    return this.#options.batchSize ?? 1;
  }

  #plan(url: string | null): Assembly {
    const { batchSize, collateFn, device } = this.#options;
    const make = (plan: CollatePlan, collate: CollateFunction | null): Assembly => ({
      plan,
      collate,
      device,
    });
    if (collateFn === undefined) return make({ kind: batchSize === null ? "single" : "default" }, null);
    if (typeof collateFn === "function") return make({ kind: "main" }, collateFn as CollateFunction);
    if (url === null)
      throw new ArgumentError(
        op,
        `collateFn "${collateFn}" names an export, but the dataset is not of workerDataset`,
      );
    return make({ kind: "export", name: collateFn }, exportOf(op, url, collateFn) as CollateFunction);
  }

  /** Drawn in every pass whether there are workers or not, so that their number does not move the orders of later passes. */
  #drawSeed(): number {
    return Math.floor(new RandomStream(this.#generator).uniform() * 2 ** 52);
  }

  #fetch(indices: readonly number[]): (T | Promise<T>)[] {
    const dataset = this.dataset as Dataset<T>;
    return indices.map((index) => dataset.get(index));
  }

  /** The batch from a dataset that can make whole ones, where nothing would notice the difference. */
  #batchAtOnce(indices: readonly number[]): { readonly batch: unknown } | null {
    const { device } = this.#options;
    if (
      this.#assembly.plan.kind !== "default" ||
      device !== undefined ||
      !isMapStyle(this.dataset) ||
      !isBatched(this.dataset)
    )
      return null;
    return { batch: this.dataset.getBatch(indices) };
  }

  *#pulledSync(): globalThis.Generator<B, void> {
    if (Symbol.asyncIterator in this.dataset) {
      throw new ArgumentError(op, "the dataset's samples must be awaited: use `for await`");
    }
    const from = (this.dataset as Iterable<T>)[Symbol.iterator]();
    for (;;) {
      const samples = pullSync(from, this.#batchSize);
      if (this.#over(samples)) return;
      yield assemble(this.#assembly, samples) as B;
    }
  }

  async *#pulled(): AsyncGenerator<B, void> {
    const from = stepper(this.dataset as IterableDataset<T>);
    for (;;) {
      const samples = await pull(from, this.#batchSize);
      if (this.#over(samples)) return;
      yield assemble(this.#assembly, samples) as B;
    }
  }

  #over(samples: readonly T[]): boolean {
    return samples.length === 0 || (samples.length < this.#batchSize && this.#options.dropLast === true);
  }

  async *#fromWorkers(seed: number): AsyncGenerator<B, void> {
    const { prefetchFactor = 2, timeout = 0 } = this.#options;
    const { pool, keep } = await this.#lease();
    const requests = this.#batches ?? endless(this.#batchSize);
    const pass = { prefetch: prefetchFactor, timeout: timeout * 1000, seed };
    try {
      yield* workerBatches(pool, requests, this.#assembly, pass) as AsyncGenerator<B, void>;
    } finally {
      if (keep && pool.alive) pool.end();
      else await pool.close();
    }
  }

  /** Workers for one pass: the persistent ones, unless another pass has them. */
  async #lease(): Promise<{ readonly pool: WorkerPool; readonly keep: boolean }> {
    if (this.#options.persistentWorkers !== true) return { pool: await this.#startPool(), keep: false };
    this.#pool ??= this.#startPool();
    let pool = await this.#pool;
    if (!pool.alive) {
      this.#pool = this.#startPool();
      pool = await this.#pool;
    }
    if (pool.busy) return { pool: await this.#startPool(), keep: false };
    pool.busy = true;
    return { pool, keep: true };
  }

  async #startPool(): Promise<WorkerPool> {
    const { WorkerPool: Pool } = await import("../workers/pool.js");
    return Pool.start(this.#workers, {
      recipe: this.#recipe!,
      collate: this.#assembly.plan,
      workerInit: this.#options.workerInitFn ?? null,
      dropLast: this.#options.dropLast ?? false,
    });
  }
}

function* endless<V>(value: V): globalThis.Generator<V, void> {
  for (;;) yield value;
}
