/** The worker threads of a loader, as its main thread sees them. */
import type { Worker } from "node:worker_threads";
import { FlambeauError } from "@flambeau/core";
import { spawn } from "../spawn.js";
import { WorkerError, WorkerTimeoutError } from "./errors.js";
import type { FromWorker, Request, ToWorker, WorkerSetup } from "./protocol.js";
import type { Wire } from "./wire.js";

/** A batch in shared memory; `release` gives the memory back to the worker. */
export interface Delivery {
  readonly wire: Wire;
  readonly slab: SharedArrayBuffer | null;
  release(): void;
}

/** What came of a task: null where the worker's iterable dataset has ended. */
type Outcome = Delivery | WorkerError | null;

export type PoolSetup = Omit<WorkerSetup, "id" | "numWorkers" | "epoch">;

export class WorkerPool {
  readonly size: number;
  readonly #workers: readonly Worker[];
  readonly #epoch: Int32Array<SharedArrayBuffer>;
  /** Tasks of this pass that have no outcome yet, and who does them. */
  readonly #running = new Map<number, number>();
  readonly #outcomes = new Map<number, Outcome>();
  #failure: Error | null = null;
  #closing: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  busy = false;

  private constructor(workers: readonly Worker[], epoch: Int32Array<SharedArrayBuffer>) {
    this.#workers = workers;
    this.#epoch = epoch;
    this.size = workers.length;
    workers.forEach((worker, id) => {
      // A process with nothing else to do may end; waiting for a batch holds it (see take).
      worker.unref();
      worker.on("message", (message: FromWorker) => this.#receive(id, message));
      worker.on("error", (error) => this.#fail(this.#crash(id, "failed", error)));
      worker.on("exit", (code) => this.#fail(this.#crash(id, `ended with exit code ${code}`)));
    });
  }

  static async start(numWorkers: number, setup: PoolSetup): Promise<WorkerPool> {
    const epoch = new Int32Array(new SharedArrayBuffer(4));
    const setups = Array.from({ length: numWorkers }, (_, id) => ({ ...setup, id, numWorkers, epoch }));
    return new WorkerPool(await spawn(setups), epoch);
  }

  /** Whether it can still be used. */
  get alive(): boolean {
    return this.#failure === null && this.#closing === null;
  }

  /** Begins a pass; what is left of the one before is dropped. */
  begin(seed: number): void {
    this.busy = true;
    const epoch = Atomics.add(this.#epoch, 0, 1) + 1;
    for (let id = 0; id < this.size; id++) this.#post(id, { type: "epoch", epoch, seed });
  }

  /** Ends a pass. Workers drop its tasks that they have not begun. */
  end(): void {
    Atomics.add(this.#epoch, 0, 1);
    for (const outcome of this.#outcomes.values()) {
      if (outcome !== null && !(outcome instanceof WorkerError)) outcome.release();
    }
    this.#outcomes.clear();
    this.#running.clear();
    this.busy = false;
  }

  submit(worker: number, task: number, request: Request): void {
    this.#running.set(task, worker);
    this.#post(worker, { type: "task", epoch: Atomics.load(this.#epoch, 0), task, request });
  }

  /** The outcome of a task, waited for at most `timeout` milliseconds (0: for ever). */
  async take(task: number, timeout: number): Promise<Delivery | null> {
    const deadline = timeout > 0 ? Date.now() + timeout : Infinity;
    while (!this.#outcomes.has(task)) {
      if (this.#failure !== null) throw this.#failure;
      if (Date.now() >= deadline) throw this.#late(task, timeout);
      await this.#something(deadline - Date.now());
    }
    const outcome = this.#outcomes.get(task) ?? null;
    this.#outcomes.delete(task);
    if (outcome instanceof WorkerError) throw outcome;
    return outcome;
  }

  /** Ends the threads; resolves when they are gone. */
  close(): Promise<void> {
    this.#fail(new FlambeauError("DataLoader", "the workers were ended while a pass was under way"));
    this.#closing ??= Promise.all(this.#workers.map((worker) => worker.terminate())).then(() => undefined);
    return this.#closing;
  }

  #post(worker: number, message: ToWorker): void {
    this.#workers[worker]!.postMessage(message);
  }

  /** Resolves when a worker said something, or after `limit` milliseconds. */
  async #something(limit: number): Promise<void> {
    for (const worker of this.#workers) worker.ref();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (limit < Infinity) timer = setTimeout(resolve, limit);
    });
    clearTimeout(timer);
    this.#wake = null;
    for (const worker of this.#workers) worker.unref();
  }

  #receive(worker: number, message: FromWorker): void {
    if (message.type === "failed") {
      const text = `worker ${worker} could not build its dataset`;
      this.#fail(new WorkerError(text, { workerId: worker, remote: message.error }));
      return;
    }
    const release = (): void => {
      if (message.type === "batch" && message.slab !== null && this.alive)
        this.#post(worker, { type: "free", slab: message.slab });
    };
    if (message.epoch !== Atomics.load(this.#epoch, 0)) {
      release();
      return;
    }
    this.#running.delete(message.task);
    this.#outcomes.set(message.task, outcomeOf(worker, message, release));
    this.#wake?.();
  }

  #fail(error: Error): void {
    if (this.#closing !== null) return;
    this.#failure ??= error;
    this.#wake?.();
  }

  #crash(worker: number, how: string, error?: Error): WorkerError {
    const batch = [...this.#running].find(([, id]) => id === worker)?.[0] ?? null;
    const when = batch === null ? "" : ` while it had to make batch ${batch}`;
    const remote = error && {
      name: error.name,
      message: error.message,
      stack: error.stack ?? "",
      sample: null,
    };
    return new WorkerError(`worker ${worker} ${how}${when}`, {
      workerId: worker,
      batch,
      ...(remote && { remote }),
    });
  }

  #late(task: number, timeout: number): WorkerTimeoutError {
    const text = `expected batch ${task} within ${timeout / 1000} s, but worker ${this.#running.get(task)} did not deliver it`;
    const error = new WorkerTimeoutError("DataLoader", text);
    this.#fail(error);
    return error;
  }
}

function outcomeOf(
  worker: number,
  message: Exclude<FromWorker, { type: "failed" }>,
  release: () => void,
): Outcome {
  switch (message.type) {
    case "batch":
      return { wire: message.wire, slab: message.slab, release };
    case "end":
      return null;
    case "error": {
      const { task, error } = message;
      const of = error.sample === null ? "" : ` (sample ${error.sample})`;
      const text = `worker ${worker} could not make batch ${task}${of}`;
      return new WorkerError(text, {
        workerId: worker,
        batch: task,
        sampleIndex: error.sample,
        remote: error,
      });
    }
    default:
      return message satisfies never;
  }
}
