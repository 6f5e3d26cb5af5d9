/**
 * The choice among candidates that compute the same. A device's tuner takes the first candidate, the default, until it
 * was told how long candidates took for a key; then it takes the fastest.
 */
import type { DeviceTraits } from "../plan.js";

/** A choice that was made: what a runtime hands back with the time it took. */
export interface Choice {
  readonly key: string;
  readonly candidate: string;
  /** Multiplications and additions, by which a time must be divided to compare with others of the key. */
  readonly work: number;
}

export class Tuner {
  private readonly measured = new Map<string, Map<string, number>>();
  /** While set, candidates without a time go first, so that a warm-up measures them all. */
  exploring = false;

  /** The name of the candidate to run for a key. */
  choose(key: string, candidates: readonly string[]): string {
    const [first] = candidates;
    if (first === undefined) throw new RangeError(`tuner: expected candidates for "${key}", got none`);
    const times = this.measured.get(key);
    if (this.exploring) {
      const next = candidates.find((candidate) => times?.has(candidate) !== true);
      if (next !== undefined) return next;
    }
    if (times === undefined) return first;
    const timeOf = (candidate: string): number => times.get(candidate) ?? Number.POSITIVE_INFINITY;
    return candidates.reduce(
      (best, candidate) => (timeOf(candidate) < timeOf(best) ? candidate : best),
      first,
    );
  }

  /** Keeps the least time, in any unit that does not depend on sizes within the key's class. */
  record(key: string, candidate: string, time: number): void {
    const times = this.measured.get(key) ?? new Map<string, number>();
    this.measured.set(key, times.set(candidate, Math.min(time, times.get(candidate) ?? time)));
  }
}

const tuners = new WeakMap<DeviceTraits, Tuner>();

/** The tuner of the device that these traits describe. */
export function tunerOf(traits: DeviceTraits): Tuner {
  const tuner = tuners.get(traits) ?? new Tuner();
  tuners.set(traits, tuner);
  return tuner;
}

/** Sizes as classes: the powers of two they lie between. */
export const sizeClass = (sizes: readonly number[]): string =>
  sizes.map((size) => 32 - Math.clz32(size)).join("-");
