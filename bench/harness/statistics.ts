/** What is made of repeated timings. */
import { ArgumentError } from "flambeau";

function sorted(op: string, values: readonly number[]): number[] {
  if (values.length === 0) throw new ArgumentError(op, "expected at least one value, got none");
  return [...values].sort((a, b) => a - b);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const order = sorted("median", values);
  const half = order.length >> 1;
  const upper = order[half] as number;
  return order.length % 2 === 1 ? upper : ((order[half - 1] as number) + upper) / 2;
}

/** Seconds per run of one contestant. */
export interface Summary {
  readonly median: number;
  /** The quickest: what is left when nothing else used the machine. */
  readonly least: number;
}

export const summarize = (seconds: readonly number[]): Summary => ({
  median: median(seconds),
  least: sorted("summarize", seconds)[0] as number,
});

/** How many times as fast as the peer: 2 where the peer takes twice as long. */
export const ratio = (own: number, peer: number): number => peer / own;
