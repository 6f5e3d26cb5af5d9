/** Schedules that multiply the learning rate at certain epochs. */
import type { Arguments } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, expectThat, isCount } from "./arguments.js";
import { EpochScheduler } from "./scheduler.js";

const stepNames = ["stepSize", "gamma", "lastEpoch"] as const;
type StepArguments = [stepSize: number, gamma?: number, lastEpoch?: number];

/** Multiplies by `gamma` every `stepSize` epochs (`StepLR`). */
export class StepLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<StepArguments, typeof stepNames>) {
    const [stepSize, gamma = 0.1, lastEpoch] = bind<StepArguments>("StepLR", stepNames, args);
    expectThat(isCount(stepSize), "StepLR", "stepSize", "a whole number above 0", stepSize);
    const schedule = ({ lr, epoch }: { lr: number; epoch: number }): number =>
      epoch > 0 && epoch % stepSize === 0 ? lr * gamma : lr;
    super("StepLR", optimizer, schedule, { lastEpoch });
  }
}

const multiStepNames = ["milestones", "gamma", "lastEpoch"] as const;
type MultiStepArguments = [milestones: readonly number[], gamma?: number, lastEpoch?: number];

/** Multiplies by `gamma` at each milestone; one that stands twice counts twice (`MultiStepLR`). */
export class MultiStepLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<MultiStepArguments, typeof multiStepNames>) {
    const [milestones, gamma = 0.1, lastEpoch] = bind<MultiStepArguments>(
      "MultiStepLR",
      multiStepNames,
      args,
    );
    expectThat(Array.isArray(milestones), "MultiStepLR", "milestones", "a list of epochs", typeof milestones);
    const times = new Map<number, number>();
    for (const epoch of milestones) times.set(epoch, (times.get(epoch) ?? 0) + 1);
    super("MultiStepLR", optimizer, ({ lr, epoch }) => lr * gamma ** (times.get(epoch) ?? 0), { lastEpoch });
  }
}

const exponentialNames = ["gamma", "lastEpoch"] as const;
type ExponentialArguments = [gamma: number, lastEpoch?: number];

/** Multiplies by `gamma` every epoch (`ExponentialLR`). */
export class ExponentialLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<ExponentialArguments, typeof exponentialNames>) {
    const [gamma, lastEpoch] = bind<ExponentialArguments>("ExponentialLR", exponentialNames, args);
    expectThat(typeof gamma === "number", "ExponentialLR", "gamma", "a number", typeof gamma);
    super("ExponentialLR", optimizer, ({ lr, epoch }) => (epoch > 0 ? lr * gamma : lr), { lastEpoch });
  }
}
