/** Schedules the caller writes as functions of the epoch. */
import type { Arguments } from "@flambeau/core";
import type { Optimizer } from "../optimizer/optimizer.js";
import { bind, perGroup } from "./arguments.js";
import { EpochScheduler } from "./scheduler.js";

export type LrLambda = (epoch: number) => number;

const names = ["lrLambda", "lastEpoch"] as const;
type LambdaArguments = [lrLambda: LrLambda | readonly LrLambda[], lastEpoch?: number];

/** The initial learning rate times a function of the epoch, one for all groups or one for each (`LambdaLR`). */
export class LambdaLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<LambdaArguments, typeof names>) {
    const [lrLambda, lastEpoch] = bind<LambdaArguments>("LambdaLR", names, args);
    const lambdas = perGroup("LambdaLR", "lrLambda", lrLambda, optimizer.paramGroups.length);
    super("LambdaLR", optimizer, ({ base, epoch, group }) => base * (lambdas[group] as LrLambda)(epoch), {
      lastEpoch,
    });
  }
}

/** From epoch 1 on, multiplies the learning rate each epoch by a function of it (`MultiplicativeLR`). */
export class MultiplicativeLR extends EpochScheduler {
  constructor(optimizer: Optimizer, ...args: Arguments<LambdaArguments, typeof names>) {
    const [lrLambda, lastEpoch] = bind<LambdaArguments>("MultiplicativeLR", names, args);
    const lambdas = perGroup("MultiplicativeLR", "lrLambda", lrLambda, optimizer.paramGroups.length);
    super(
      "MultiplicativeLR",
      optimizer,
      ({ lr, epoch, group }) => (epoch > 0 ? lr * (lambdas[group] as LrLambda)(epoch) : lr),
      { lastEpoch, restartsFromBase: false },
    );
  }
}
