/** The base of learning-rate schedulers (`torch.optim.lr_scheduler`). */
import { ArgumentError } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { expectAlike, type Restored } from "./state.js";

/** What a schedule knows of a group when it says the group's next value. */
export interface Moment {
  /** Steps since the schedule began: 0 when the scheduler is made. */
  readonly epoch: number;
  /** The group's learning rate now, which other schedulers may have changed. */
  readonly lr: number;
  /** The learning rate the group began with. */
  readonly base: number;
  /** The group's number. */
  readonly group: number;
}

/** Says the learning rate (or the momentum) of a group for an epoch. */
export type Schedule = (moment: Moment) => number;

export interface SchedulerState {
  readonly lastEpoch: number;
  readonly lastLr: readonly number[];
  readonly [name: string]: unknown;
}

/** Learning rates an optimizer's groups have now. */
export const lrsOf = (optimizer: Optimizer): number[] => optimizer.paramGroups.map(({ lr }) => lr);

/**
 * A scheduler sets the learning rates of an optimizer's groups when it is made and at each `step`, which is called after
 * the optimizer's.
 */
export abstract class LRScheduler {
  /** Steps taken so far (`last_epoch`). */
  lastEpoch = 0;
  #lastLr: readonly number[] = [];

  /** `name` is the scheduler's own, for messages. */
  constructor(
    readonly name: string,
    readonly optimizer: Optimizer,
  ) {}

  /** Sets the learning rates for the next epoch. */
  abstract step(): void;
  /** Begins again at epoch 0, from the learning rates the groups began with. */
  abstract restart(): void;

  /** The learning rates this scheduler set last, by group. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  /** Notes the learning rates that `getLastLr` gives. */
  protected noteLrs(lrs: readonly number[] = lrsOf(this.optimizer)): void {
    this.#lastLr = lrs;
  }

  /** What a scheduler keeps beside the epoch and the learning rates: plain values, and schedulers it drives. */
  protected extraState(): Restored {
    return {};
  }
  /** Takes over what `extraState` gave. */
  protected loadExtraState(_state: Restored): void {}

  /** What the schedule needs to go on, beside the optimizer's own state; options are the constructor's. */
  stateDict(): SchedulerState {
    return { lastEpoch: this.lastEpoch, lastLr: this.getLastLr(), ...this.extraState() };
  }

  /**
   * Goes on where the scheduler with this state was. Load the optimizer's state as well: it has the learning rates. Throws
   * ArgumentError where names or the numbers of groups or schedulers do not match; nothing is changed then.
   */
  loadStateDict(state: SchedulerState): void {
    expectAlike(`${this.name}.loadStateDict`, this.stateDict(), state);
    const { lastEpoch, lastLr, ...extra } = state;
    this.loadExtraState(extra);
    this.lastEpoch = lastEpoch;
    this.noteLrs(lastLr);
  }
}

interface Options {
  /** Epochs that lie behind already, of a training that goes on; -1 at the beginning. */
  readonly lastEpoch?: number;
  /** Whether beginning again goes back to the learning rates the groups began with; if not, it goes on from the present ones. */
  readonly restartsFromBase?: boolean;
  /** Says the momentum of a group, or the first of its betas. */
  readonly momentum?: Schedule;
}

/** A scheduler that is a function of the epoch and of the present learning rate. */
export abstract class EpochScheduler extends LRScheduler {
  /** The learning rates the groups began with. */
  declare readonly baseLrs: readonly number[];
  readonly #schedule: Schedule;
  readonly #options: Options;

  constructor(name: string, optimizer: Optimizer, schedule: Schedule, options: Options = {}) {
    super(name, optimizer);
    const { lastEpoch = -1 } = options;
    for (const [i, group] of optimizer.paramGroups.entries()) {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) {
        throw new ArgumentError(
          name,
          `expected initialLr in group ${i} to go on from epoch ${lastEpoch}, got none`,
        );
      }
    }
    this.baseLrs = optimizer.paramGroups.map((group) => group.initialLr as number);
    this.#schedule = schedule;
    this.#options = options;
    this.lastEpoch = lastEpoch;
    this.step();
  }

  override step(): void {
    this.goTo(this.lastEpoch + 1);
  }

  override restart(): void {
    if (this.#options.restartsFromBase !== false) {
      this.optimizer.paramGroups.forEach((group, i) => {
        group.lr = this.baseLrs[i] ?? group.lr;
      });
    }
    this.goTo(0);
  }

  /** Sets everything for an epoch. */
  protected goTo(epoch: number): void {
    this.lastEpoch = epoch;
    const { momentum } = this.#options;
    this.optimizer.paramGroups.forEach((group: Group, i) => {
      const { lr } = group;
      const moment = { epoch, lr, base: this.baseLrs[i] ?? lr, group: i };
      group.lr = this.#schedule(moment);
      if (momentum !== undefined) setMomentum(group, momentum(moment));
    });
    this.noteLrs();
  }
}

/** A group with a momentum: under that name, or as the first of the betas. */
type Group = Optimizer["paramGroups"][number] & { momentum?: number; betas?: readonly [number, number] };

export const hasMomentum = ({ defaults }: Optimizer): boolean =>
  "momentum" in defaults || "betas" in defaults;

function setMomentum(group: Group, value: number): void {
  if (group.betas !== undefined) group.betas = [value, group.betas[1]];
  else group.momentum = value;
}
