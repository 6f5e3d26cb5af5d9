/** The report: one page, without scripts or anything from elsewhere, of how training went and where the network errs. */
import { writeFile } from "node:fs/promises";
import type * as fb from "flambeau";
import { type Digits, SIDE } from "../digits.js";
import { mistakes } from "./mistakes.js";
import { page } from "./page.js";
import { confusion, curves } from "./plots.js";

interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

export interface Epoch {
  readonly epoch: number;
  readonly training: Score;
  readonly heldOut: Score;
}

export interface Results {
  /** The network, printed. */
  readonly model: string;
  readonly parameters: number;
  readonly history: readonly Epoch[];
  readonly digits: Digits;
  /** The probability given to each digit for every held-out image, [N, 10]. */
  readonly probabilities: fb.Tensor;
  /** How long training took, and how many images it saw. */
  readonly seconds: number;
  readonly images: number;
}

/** Writes the report to a file. */
export async function writeReport(path: string, results: Results): Promise<void> {
  const { history, digits, probabilities } = results;
  const labels = Array.from(await digits.test.labels.data(), Number);
  const guesses = Array.from(await probabilities.argmax(1).data(), Number);
  const [loss, accuracy, matrix] = await Promise.all([
    curves("Loss", history, "loss"),
    curves("Accuracy", history, "accuracy"),
    confusion(labels, guesses),
  ]);
  const wrong = mistakes({
    labels,
    guesses,
    pixels: (await digits.test.images.data()) as Float32Array,
    probabilities: (await probabilities.data()) as Float32Array,
    side: SIDE,
  });
  await writeFile(
    path,
    page({
      ...results,
      learnedFrom: digits.train.labels.numel,
      heldOut: labels.length,
      plots: { loss, accuracy, matrix },
      wrong,
    }),
  );
}
