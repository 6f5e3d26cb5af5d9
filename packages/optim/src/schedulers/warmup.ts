/** Schedules that lead to or from the initial learning rate within a number of epochs. */
import type { Arguments } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, expectThat } from "./arguments.js";
import { EpochScheduler, type Moment } from "./scheduler.js";

const constantNames = ["factor", "totalIters", "lastEpoch"] as const;
type ConstantArguments = [factor?: number, totalIters?: number, lastEpoch?: number];

/** `factor` times the learning rate until epoch `totalIters` (`ConstantLR`). */
export class ConstantLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<ConstantArguments, typeof constantNames>) {
    const [factor = 1 / 3, totalIters = 5, lastEpoch] = bind<ConstantArguments>(
      "ConstantLR",
      constantNames,
      args,
    );
    expectThat(factor >= 0 && factor <= 1, "ConstantLR", "factor", "in [0, 1]", factor);
    const schedule = ({ lr, epoch }: Moment): number => {
      if (epoch === 0) return lr * factor;
      return epoch === totalIters ? lr / factor : lr;
    };
    super("ConstantLR", optimizer, schedule, { lastEpoch });
  }
}

const linearNames = ["startFactor", "endFactor", "totalIters", "lastEpoch"] as const;
type LinearArguments = [startFactor?: number, endFactor?: number, totalIters?: number, lastEpoch?: number];

/** A factor of the learning rate that goes from `startFactor` to `endFactor` in a straight line (`LinearLR`). */
export class LinearLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<LinearArguments, typeof linearNames>) {
    const [start = 1 / 3, end = 1, totalIters = 5, lastEpoch] = bind<LinearArguments>(
      "LinearLR",
      linearNames,
      args,
    );
    expectThat(start > 0 && start <= 1, "LinearLR", "startFactor", "in (0, 1]", start);
    expectThat(end >= 0 && end <= 1, "LinearLR", "endFactor", "in [0, 1]", end);
    const schedule = ({ lr, epoch }: Moment): number => {
      if (epoch === 0) return lr * start;
      if (epoch > totalIters) return lr;
      return lr * (1 + (end - start) / (totalIters * start + (epoch - 1) * (end - start)));
    };
    super("LinearLR", optimizer, schedule, { lastEpoch });
  }
}

const polynomialNames = ["totalIters", "power", "lastEpoch"] as const;
type PolynomialArguments = [totalIters?: number, power?: number, lastEpoch?: number];

/** (1 - epoch / totalIters) to the given power times the learning rate, and 0 from then on (`PolynomialLR`). */
export class PolynomialLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<PolynomialArguments, typeof polynomialNames>) {
    const [totalIters = 5, power = 1, lastEpoch] = bind<PolynomialArguments>(
      "PolynomialLR",
      polynomialNames,
      args,
    );
    const left = (epoch: number): number => 1 - epoch / totalIters;
    const schedule = ({ lr, epoch }: Moment): number =>
      epoch === 0 || epoch > totalIters ? lr : lr * (left(epoch) / left(epoch - 1)) ** power;
    super("PolynomialLR", optimizer, schedule, { lastEpoch });
  }
}
