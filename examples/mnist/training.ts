/** Training and testing, without a word about how either is shown. */
import * as fb from "flambeau";
import type { Split } from "./digits.js";
import { Learner } from "./learner.js";
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
  const learner = new Learner(model, maxLr, steps);

  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let [lossSum, right, batches] = [0, 0, 0];
    for (const [images, labels] of loader) {
      const lesson = learner.step(images, labels);
      lossSum += lesson.loss.itemSync();
      right += lesson.right.itemSync();
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

/** What the network makes of digits, still on the device. */
export interface Findings {
  /** Mean cross entropy, one element. */
  readonly loss: fb.Tensor;
  /** Share of the digits that are told right, one element. */
  readonly accuracy: fb.Tensor;
  /** The probability the network gives to each digit, [N, 10]. */
  readonly probabilities: fb.Tensor;
}

/** Tries the network, out of training mode, on digits; in parts, so that memory stays small. */
export function examine(model: DigitNet, { images, labels }: Split): Findings {
  model.eval();
  return fb.noGrad(() => {
    const scores = fb.cat(images.split(500).map((part) => fb.scope(() => model.forward(part))));
    return {
      loss: fb.nn.functional.crossEntropy(scores, labels),
      accuracy: scores.argmax(1).eq(labels).float().mean(),
      probabilities: scores.softmax(1),
    };
  });
}

export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** As in `Findings`. */
  readonly probabilities: fb.Tensor;
}

/** As `examine`, with numbers read at once. */
export function evaluate(model: DigitNet, digits: Split): Evaluation {
  const { loss, accuracy, probabilities } = examine(model, digits);
  return { loss: loss.itemSync(), accuracy: accuracy.itemSync(), probabilities };
}
