/** A network in training: started, paused, gone on with, thrown away. */
import type { Digits } from "@flambeau/example-mnist/digits.js";
import { Learner } from "@flambeau/example-mnist/learner.js";
import { DigitNet } from "@flambeau/example-mnist/model.js";
import { examine } from "@flambeau/example-mnist/training.js";
import * as fb from "flambeau";

export interface Options {
  readonly epochs: number;
  readonly batchSize: number;
}

export interface StepReport {
  /** From 1. */
  readonly step: number;
  readonly loss: number;
  /** Share of the batch. */
  readonly accuracy: number;
}

export interface Listener {
  stepped(report: StepReport): void;
  /** After each epoch, and when training ends. */
  examined(step: number, heldOut: number): void;
  stopped(state: "paused" | "done"): void;
}

type Batch = [images: fb.Tensor, labels: fb.Tensor];

/** Steps whose values are still on their way: enough to keep the GPU busy, few enough to stop soon. */
const AHEAD = 3;
const MAX_LR = 4e-3;

export class Session {
  readonly model = new DigitNet();
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly #learner: Learner;
  readonly #loader: fb.data.DataLoader<Batch, Batch>;
  #batches: Iterator<Batch>;
  #step = 0;
  #running = false;
  #disposed = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    readonly digits: Digits,
    readonly options: Options,
    readonly listener: Listener,
  ) {
    const { images, labels } = digits.train;
    this.#loader = new fb.data.DataLoader(new fb.data.TensorDataset(images, labels), {
      batchSize: options.batchSize,
      shuffle: true,
      dropLast: true,
      seed: 0,
    });
    this.#batches = this.#loader[Symbol.iterator]();
    this.stepsPerEpoch = this.#loader.length;
    this.steps = options.epochs * this.stepsPerEpoch;
    this.#learner = new Learner(this.model, MAX_LR, this.steps);
  }

  get running(): boolean {
    return this.#running;
  }

  get finished(): boolean {
    return this.#step === this.steps;
  }

  /** Digits seen so far. */
  get seen(): number {
    return this.#step * this.options.batchSize;
  }

  /** Rejects with what went wrong on the device; resolves when training is paused or done. */
  start(): Promise<void> {
    if (!this.#running && !this.finished) {
      this.#running = true;
      this.#loop = this.#run();
    }
    return this.#loop;
  }

  /** Resolves when the steps under way have been reported. */
  async pause(): Promise<void> {
    this.#running = false;
    await this.#loop;
  }

  /** Stops and gives the memory back. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.pause().finally(() => this.#learner.dispose());
  }

  /** What the network, as it is now, makes of one image [28 × 28]: ten probabilities. */
  async classify(pixels: Float32Array): Promise<Float32Array> {
    const probabilities = fb.scope(() => {
      const images = fb.tensor(pixels).reshape([1, 1, 28, 28]);
      this.model.eval();
      return fb.noGrad(() => this.model.forward(images).softmax(1));
    });
    return read(probabilities);
  }

  async #run(): Promise<void> {
    const reports: Promise<void>[] = [];
    try {
      while (this.#running && !this.finished) {
        reports.push(this.#advance());
        if (this.#step % this.stepsPerEpoch === 0) reports.push(this.#examine());
        if (reports.length > AHEAD) await reports.shift();
      }
    } finally {
      this.#running = false;
      await Promise.all(reports);
    }
    if (!this.#disposed) this.listener.stopped(this.finished ? "done" : "paused");
  }

  /** Whatever a step makes is freed when its scope ends, so each one finds the memory of the one before. */
  async #advance(): Promise<void> {
    const step = ++this.#step;
    const values = fb.scope(() => {
      const [images, labels] = this.#nextBatch();
      const { loss, right } = this.#learner.step(images, labels);
      return fb.stack([loss, right.float()]);
    });
    const [loss = Number.NaN, right = 0] = await read(values);
    this.listener.stepped({ step, loss, accuracy: right / this.options.batchSize });
  }

  async #examine(): Promise<void> {
    const step = this.#step;
    const found = fb.scope(() => examine(this.model, this.digits.test).accuracy);
    const [accuracy = 0] = await read(found);
    this.listener.examined(step, accuracy);
  }

  #nextBatch(): Batch {
    const next = this.#batches.next();
    if (next.done !== true) return next.value;
    this.#batches = this.#loader[Symbol.iterator]();
    return this.#nextBatch();
  }
}

async function read(x: fb.Tensor): Promise<Float32Array> {
  try {
    return (await x.data()) as Float32Array;
  } finally {
    x.dispose();
  }
}
