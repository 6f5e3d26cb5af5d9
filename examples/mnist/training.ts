/** Training and testing, without a word about how either is shown. */
import * as fb from "flambeau";
import { shifted } from "./augment.js";
import type { Split } from "./digits.js";
import type { DigitNet } from "./model.js";

export interface Schedule {
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate of the one-cycle schedule. */
  readonly maxLr: number;
  /** Fixes the order of the digits. */
  readonly seed: number;
}

/** What happened in one step. */
export interface Step {
  /** Both from 1. */
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  /** Means over the epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
  /** Digits learned from since the start. */
  readonly seen: number;
  readonly endsEpoch: boolean;
}

/** Trains the network on digits that are moved a little each time; yields after every step. */
export function* train(model: DigitNet, digits: Split, schedule: Schedule): Generator<Step, void> {
  const { epochs, batchSize, maxLr, seed } = schedule;
  const loader = new fb.data.DataLoader(new fb.data.TensorDataset(digits.images, digits.labels), {
    batchSize,
    shuffle: true,
    dropLast: true,
    seed,
  });
  const steps = epochs * loader.length;
  const optimizer = new fb.optim.Adam(model.parameters(), { lr: maxLr });
  const cycle = new fb.optim.lrScheduler.OneCycleLR(optimizer, maxLr, { totalSteps: steps });
  const criterion = new fb.nn.CrossEntropyLoss();

  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    model.train();
    let [lossSum, right, batches] = [0, 0, 0];
    for (const [images, labels] of loader) {
      const scores = model.forward(shifted(images));
      const loss = criterion.forward(scores, labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      cycle.step();

      lossSum += loss.itemSync();
      right += scores.argmax(1).eq(labels).sum().itemSync();
      batches++;
      step++;
      yield {
        epoch,
        step,
        steps,
        loss: lossSum / batches,
        accuracy: right / (batches * batchSize),
        seen: step * batchSize,
        endsEpoch: batches === loader.length,
      };
    }
  }
}

export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** The probability the network gives to each digit, [N, 10]. */
  readonly probabilities: fb.Tensor;
}

/** What the network, out of training mode, makes of digits; in parts, so that memory stays small. */
export function evaluate(model: DigitNet, { images, labels }: Split): Evaluation {
  model.eval();
  return fb.noGrad(() => {
    const scores = fb.cat(images.split(500).map((part) => model.forward(part)));
    return {
      loss: fb.nn.functional.crossEntropy(scores, labels).itemSync(),
      accuracy: scores.argmax(1).eq(labels).float().mean().itemSync(),
      probabilities: scores.softmax(1),
    };
  });
}
