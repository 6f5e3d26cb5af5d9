/** The digits the network took for others. */
import { picture } from "./picture.js";

export interface Mistake {
  readonly label: number;
  readonly guess: number;
  /** Probabilities the network gave to its guess and to the truth. */
  readonly guessed: number;
  readonly truth: number;
  /** The image, as a data URL. */
  readonly image: string;
}

interface Answers {
  readonly labels: readonly number[];
  readonly guesses: readonly number[];
  /** [N, side, side] and [N, 10], row-major. */
  readonly pixels: Float32Array;
  readonly probabilities: Float32Array;
  readonly side: number;
}

/** Every mistake, the ones the network was surest of first. */
export function mistakes({ labels, guesses, pixels, probabilities, side }: Answers): Mistake[] {
  const found: Mistake[] = [];
  for (const [i, label] of labels.entries()) {
    const guess = guesses[i] as number;
    if (guess === label) continue;
    found.push({
      label,
      guess,
      guessed: probabilities[i * 10 + guess] as number,
      truth: probabilities[i * 10 + label] as number,
      image: picture(pixels.subarray(i * side * side, (i + 1) * side * side), side),
    });
  }
  return found.sort((a, b) => b.guessed - a.guessed);
}
