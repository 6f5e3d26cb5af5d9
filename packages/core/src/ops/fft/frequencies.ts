/** The frequencies that the bins of a discrete Fourier transform stand for. */
import type { Tensor } from "../../tensor/tensor.js";
import { type CreationOptions, tensor } from "../creation.js";
import { expectInteger } from "../expect.js";

export interface FrequencyOptions extends CreationOptions {
  /** Distance between samples, 1 by default. */
  readonly d?: number;
}

function frequencies(
  op: string,
  n: number,
  d: number | FrequencyOptions,
  given: CreationOptions,
  numbers: readonly number[],
): Tensor {
  const { d: distance = 1, ...options } = typeof d === "number" ? { ...given, d } : d;
  expectInteger(op, 1, "a positive number of samples", n);
  return tensor(
    numbers.map((k) => k / (n * distance)),
    options,
  );
}

/** Frequencies of an n-point transform in its order: 0, 1, …, negative ones last, each over n d (`torch.fft.fftfreq`). */
export const fftfreq = (n: number, d: number | FrequencyOptions = 1, options: CreationOptions = {}): Tensor =>
  frequencies(
    "fftfreq",
    n,
    d,
    options,
    Array.from({ length: n }, (_, k) => (k < n / 2 ? k : k - n)),
  );

/** The non-negative frequencies 0 … floor(n / 2) of a real n-point transform, over n d (`torch.fft.rfftfreq`). */
export const rfftfreq = (
  n: number,
  d: number | FrequencyOptions = 1,
  options: CreationOptions = {},
): Tensor =>
  frequencies(
    "rfftfreq",
    n,
    d,
    options,
    Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k),
  );
