/** The life of a worker thread: builds its dataset, then answers one task after another. */
import type { MessagePort } from "node:worker_threads";
import { manualSeed } from "@flambeau/core";
import { collateHost } from "../collate/collate.js";
import { convertHost } from "../collate/convert.js";
import type { AnyDataset, Dataset, IterableDataset } from "../datasets/dataset.js";
import { exportOf, loadModule, moduleOf } from "../datasets/recipe.js";
import { pull, stepper } from "../loader/pull.js";
import { buildDataset } from "./build.js";
import { setWorkerInfo } from "./info.js";
import type { FromWorker, RemoteError, Request, ToWorker, WorkerSetup } from "./protocol.js";
import { Slabs } from "./slabs.js";
import { fill, pack } from "./wire.js";

type Collate = (samples: readonly unknown[]) => unknown;

/** An error of one sample, to be told with its index. */
class SampleFailure {
  constructor(
    readonly index: number,
    readonly error: unknown,
  ) {}
}

function remote(thrown: unknown): RemoteError {
  const sample = thrown instanceof SampleFailure ? thrown.index : null;
  const error = thrown instanceof SampleFailure ? thrown.error : thrown;
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "", sample };
  return { name: error.name, message: error.message, stack: error.stack ?? "", sample };
}

/** Serves until the thread is ended from outside. */
export async function serve(port: MessagePort, setup: WorkerSetup): Promise<void> {
  const post = (message: FromWorker): void => port.postMessage(message);
  const waiting: ToWorker[] = [];
  let wake: (() => void) | null = null;
  port.on("message", (message: ToWorker) => {
    waiting.push(message);
    wake?.();
  });

  try {
    const worker = await Worker.start(setup);
    for (;;) {
      const message = waiting.shift();
      if (message === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if (message.type === "epoch") worker.begin(message.seed);
      else if (message.type === "free") worker.slabs.give(message.slab);
      else if (message.epoch === Atomics.load(setup.epoch, 0)) {
        const { epoch, task, request } = message;
        const reply = await worker.answer(epoch, task, request);
        try {
          post(reply);
        } catch (error) {
          // The batch holds something that cannot be sent, such as a function.
          post({ type: "error", epoch, task, error: remote(error) });
        }
        // Slabs that came back meanwhile are to be seen before the next task needs one.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } catch (error) {
    post({ type: "failed", error: remote(error) });
  }
}

class Worker {
  readonly slabs = new Slabs();
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | null = null;

  private constructor(
    readonly setup: WorkerSetup,
    readonly dataset: AnyDataset<unknown>,
    readonly collate: Collate,
  ) {}

  static async start(setup: WorkerSetup): Promise<Worker> {
    const { id, numWorkers, recipe, workerInit } = setup;
    setWorkerInfo({ id, numWorkers, seed: 0, dataset: null });
    const dataset = await buildDataset(recipe);
    setWorkerInfo({ id, numWorkers, seed: 0, dataset });
    const url = moduleOf(recipe);
    await loadModule(url);
    if (workerInit !== null) await (exportOf("DataLoader", url, workerInit) as (id: number) => unknown)(id);
    return new Worker(setup, dataset, collateOf(setup, url));
  }

  begin(seed: number): void {
    const { id, numWorkers } = this.setup;
    const own = (seed + id) % Number.MAX_SAFE_INTEGER;
    manualSeed(own);
    setWorkerInfo({ id, numWorkers, seed: own, dataset: this.dataset });
    this.#iterator = null;
  }

  async answer(epoch: number, task: number, request: Request): Promise<FromWorker> {
    try {
      const samples = await this.#fetch(request);
      if (samples === null) return { type: "end", epoch, task };
      const packing = await pack(await this.collate(samples));
      const slab = this.slabs.take(packing.bytes);
      if (slab !== null) fill(slab, packing);
      return { type: "batch", epoch, task, wire: packing.wire, slab };
    } catch (error) {
      return { type: "error", epoch, task, error: remote(error) };
    }
  }

  async #fetch(request: Request): Promise<unknown[] | null> {
    if (typeof request !== "number") {
      const dataset = this.dataset as Dataset<unknown>;
      return Promise.all(request.map((index) => getSample(dataset, index)));
    }
    this.#iterator ??= stepper(this.dataset as IterableDataset<unknown>);
    const samples = await pull(this.#iterator, request);
    const partial = samples.length < request;
    return samples.length === 0 || (partial && this.setup.dropLast) ? null : samples;
  }
}

async function getSample(dataset: Dataset<unknown>, index: number): Promise<unknown> {
  try {
    return await dataset.get(index);
  } catch (error) {
    throw new SampleFailure(index, error);
  }
}

function collateOf({ collate }: WorkerSetup, url: string): Collate {
  switch (collate.kind) {
    case "default":
      return collateHost;
    case "export":
      return exportOf("DataLoader", url, collate.name) as Collate;
    case "main":
      return (samples) => samples;
    case "single":
      return ([sample]) => convertHost(sample);
    default:
      return collate satisfies never;
  }
}
