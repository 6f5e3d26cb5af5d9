/** Schedulers made of schedulers. */
import { ArgumentError, type Arguments } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, expectThat } from "./arguments.js";
import { LRScheduler, type SchedulerState } from "./scheduler.js";
import type { Restored } from "./state.js";

/** A scheduler that drives others of the same optimizer. */
abstract class CombinedScheduler extends LRScheduler {
  declare protected readonly schedulers: readonly LRScheduler[];

  constructor(name: string, optimizer: Optimizer | undefined, schedulers: readonly LRScheduler[]) {
    if (optimizer === undefined) throw new ArgumentError(name, "expected schedulers to combine, got none");
    super(name, optimizer);
    schedulers.forEach((scheduler, i) => {
      if (scheduler.optimizer === optimizer) return;
      throw new ArgumentError(name, `expected schedulers of one optimizer, got another's as scheduler ${i}`);
    });
    this.schedulers = schedulers;
  }

  protected override extraState(): Restored {
    return { schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()) };
  }
  protected override loadExtraState({ schedulers }: Restored): void {
    this.schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict((schedulers as readonly SchedulerState[])[i] as SchedulerState);
    });
  }
}

/** Several schedulers stepped together, each going on from what the one before it set (`ChainedScheduler`). */
export class ChainedScheduler extends CombinedScheduler {
  constructor(schedulers: readonly LRScheduler[]) {
    super("ChainedScheduler", schedulers[0]?.optimizer, schedulers);
    this.noteLrs();
  }

  override step(): void {
    this.lastEpoch++;
    for (const scheduler of this.schedulers) scheduler.step();
    this.noteLrs();
  }

  override restart(): void {
    this.lastEpoch = 0;
    for (const scheduler of this.schedulers) scheduler.restart();
    this.noteLrs();
  }
}

const names = ["schedulers", "milestones", "lastEpoch"] as const;
type SequentialArguments = [
  schedulers: readonly LRScheduler[],
  milestones: readonly number[],
  lastEpoch?: number,
];

/** One scheduler after another, each from its own beginning at its milestone (`SequentialLR`). */
export class SequentialLR extends CombinedScheduler {
  readonly #milestones: readonly number[];

  constructor(optimizer: Optimizer, ...args: Arguments<SequentialArguments, typeof names>) {
    const [schedulers, milestones, lastEpoch = -1] = bind<SequentialArguments>("SequentialLR", names, args);
    super("SequentialLR", schedulers.length === 0 ? undefined : optimizer, schedulers);
    const wanted = `${schedulers.length - 1} epochs, one between each two schedulers`;
    expectThat(
      milestones.length === schedulers.length - 1,
      this.name,
      "milestones",
      wanted,
      milestones.length,
    );
    this.#milestones = milestones;
    this.restart();
    this.lastEpoch = lastEpoch + 1;
  }

  override step(): void {
    this.lastEpoch++;
    const at = this.#milestones.filter((epoch) => epoch <= this.lastEpoch).length;
    const scheduler = this.schedulers[at] as LRScheduler;
    if (this.#milestones[at - 1] === this.lastEpoch) scheduler.restart();
    else scheduler.step();
    this.noteLrs(scheduler.getLastLr());
  }

  override restart(): void {
    this.lastEpoch = 0;
    // Making the schedulers has set learning rates, each of them its own.
    for (const group of this.optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    const [first] = this.schedulers as [LRScheduler];
    first.restart();
    this.noteLrs(first.getLastLr());
  }
}
