/** Schedules along a cosine (Loshchilov & Hutter 2017). */
import type { Arguments } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, expectThat, isCount } from "./arguments.js";
import { EpochScheduler, type Moment } from "./scheduler.js";

/** From 1 at 0 down to 0 at 1. */
const halfCosine = (at: number): number => (1 + Math.cos(Math.PI * at)) / 2;

const annealingNames = ["TMax", "etaMin", "lastEpoch"] as const;
type AnnealingArguments = [TMax: number, etaMin?: number, lastEpoch?: number];

/** From the learning rate down to `etaMin` in `TMax` epochs, and up again in as many (`CosineAnnealingLR`). */
export class CosineAnnealingLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<AnnealingArguments, typeof annealingNames>) {
    const [TMax, etaMin = 0, lastEpoch] = bind<AnnealingArguments>("CosineAnnealingLR", annealingNames, args);
    expectThat(isCount(TMax), "CosineAnnealingLR", "TMax", "a whole number above 0", TMax);
    const schedule = ({ lr, base, epoch }: Moment): number => {
      if (epoch === 0) return lr;
      // The last epoch was at the bottom, from where no ratio leads up.
      if ((epoch - 1 - TMax) % (2 * TMax) === 0) return lr + (base - etaMin) * halfCosine(epoch / TMax);
      return (halfCosine(epoch / TMax) / halfCosine((epoch - 1) / TMax)) * (lr - etaMin) + etaMin;
    };
    super("CosineAnnealingLR", optimizer, schedule, { lastEpoch });
  }
}

const restartNames = ["T0", "TMult", "etaMin", "lastEpoch"] as const;
type RestartArguments = [T0: number, TMult?: number, etaMin?: number, lastEpoch?: number];

/**
 * Down to `etaMin` in `T0` epochs, then from the top again, each time in `TMult` times as many epochs
 * (`CosineAnnealingWarmRestarts`).
 */
export class CosineAnnealingWarmRestarts extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<RestartArguments, typeof restartNames>) {
    const name = "CosineAnnealingWarmRestarts";
    const [T0, TMult = 1, etaMin = 0, lastEpoch] = bind<RestartArguments>(name, restartNames, args);
    expectThat(isCount(T0), name, "T0", "a whole number above 0", T0);
    expectThat(isCount(TMult), name, "TMult", "a whole number above 0", TMult);
    const schedule = ({ base, epoch }: Moment): number => {
      let [at, length] = [TMult === 1 ? epoch % T0 : epoch, T0];
      while (at >= length) {
        at -= length;
        length *= TMult;
      }
      return etaMin + (base - etaMin) * halfCosine(at / length);
    };
    super(name, optimizer, schedule, { lastEpoch });
  }

  /** Goes one epoch on, or to the epoch given, which may be a fraction: `step(epoch + batch / batches)`. */
  override step(epoch: number = this.lastEpoch + 1): void {
    expectThat(epoch >= 0, this.name, "epoch", "at least 0", epoch);
    this.goTo(epoch);
  }
}
