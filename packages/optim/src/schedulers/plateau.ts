/** A schedule that waits for a metric to stop improving. */
import { ArgumentError, type Arguments, isTensor, type Tensor } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, expectThat, perGroup } from "./arguments.js";
import { LRScheduler } from "./scheduler.js";
import type { Restored } from "./state.js";

const names = [
  "mode",
  "factor",
  "patience",
  "threshold",
  "thresholdMode",
  "cooldown",
  "minLr",
  "eps",
] as const;
type PlateauArguments = [
  mode?: "min" | "max",
  factor?: number,
  patience?: number,
  threshold?: number,
  thresholdMode?: "rel" | "abs",
  cooldown?: number,
  minLr?: number | readonly number[],
  eps?: number,
];

/** Where a metric must get to be better than the best, for a threshold. */
const improved: { readonly [modes: string]: (metric: number, best: number, threshold: number) => boolean } = {
  "min rel": (metric, best, threshold) => metric < best * (1 - threshold),
  "min abs": (metric, best, threshold) => metric < best - threshold,
  "max rel": (metric, best, threshold) => metric > best * (1 + threshold),
  "max abs": (metric, best, threshold) => metric > best + threshold,
};

/**
 * Multiplies the learning rate by `factor` when a metric has not improved for more than `patience` epochs, then waits
 * `cooldown` epochs before counting again (`ReduceLROnPlateau`). Never goes below `minLr`, nor by steps of `eps` or less.
 */
export class ReduceLROnPlateau extends LRScheduler {
  /** The best metric so far, the epochs since, and those left to wait. */
  declare best: number;
  numBadEpochs = 0;
  cooldownCounter = 0;
  readonly #worst: number;
  readonly #isBetter: (metric: number) => boolean;
  readonly #options: { factor: number; patience: number; cooldown: number; eps: number };
  readonly #minLrs: readonly number[];

  constructor(optimizer: Optimizer, ...args: Arguments<PlateauArguments, typeof names>) {
    const [
      mode = "min",
      factor = 0.1,
      patience = 10,
      threshold = 1e-4,
      thresholdMode = "rel",
      cooldown = 0,
      minLr = 0,
      eps = 1e-8,
    ] = bind<PlateauArguments>("ReduceLROnPlateau", names, args);
    super("ReduceLROnPlateau", optimizer);
    const better = improved[`${mode} ${thresholdMode}`];
    const modes = "min or max, and thresholdMode rel or abs";
    expectThat(better !== undefined, this.name, "mode", modes, `${mode} and ${thresholdMode}`);
    expectThat(factor < 1, this.name, "factor", "below 1", factor);
    this.#isBetter = (metric) => better?.(metric, this.best, threshold) === true;
    this.#worst = mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.#options = { factor, patience, cooldown, eps };
    this.#minLrs = perGroup(this.name, "minLr", minLr, optimizer.paramGroups.length);
    this.best = this.#worst;
    this.noteLrs();
  }

  /** Takes the epoch's metric: a number, or a tensor of one element, which is read. */
  override step(metric?: number | Tensor): void {
    const value = isTensor(metric) ? metric.itemSync() : metric;
    if (typeof value !== "number") {
      throw new ArgumentError("ReduceLROnPlateau.step", `expected a metric, a number, got ${String(value)}`);
    }
    this.lastEpoch++;
    if (this.#isBetter(value)) {
      this.best = value;
      this.numBadEpochs = 0;
    } else {
      this.numBadEpochs++;
    }
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.#options.patience) {
      this.#reduce();
      this.cooldownCounter = this.#options.cooldown;
      this.numBadEpochs = 0;
    }
    this.noteLrs();
  }

  #reduce(): void {
    const { factor, eps } = this.#options;
    this.optimizer.paramGroups.forEach((group, i) => {
      const next = Math.max(group.lr * factor, this.#minLrs[i] as number);
      if (group.lr - next > eps) group.lr = next;
    });
  }

  /** Forgets the metrics seen; learning rates stay. */
  override restart(): void {
    this.lastEpoch = 0;
    this.best = this.#worst;
    this.numBadEpochs = 0;
    this.cooldownCounter = 0;
    this.noteLrs();
  }

  protected override extraState(): Restored {
    return { best: this.best, numBadEpochs: this.numBadEpochs, cooldownCounter: this.cooldownCounter };
  }
  protected override loadExtraState(state: Restored): void {
    Object.assign(this, state);
  }
}
