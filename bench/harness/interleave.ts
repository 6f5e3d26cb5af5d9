/**
 * Fair timing on a machine that others use too: contestants take turns, A B A B …, so that whatever slows the machine
 * for a while slows them alike, and each runs alone.
 */
import { setTimeout } from "node:timers/promises";
import type { Clock } from "./clock.js";
import type { Contestant } from "./contestant.js";

export interface Timing {
  /** How often each contestant has its turn. */
  readonly rounds: number;
  /** Seconds a turn should last at least; short programs are repeated until they do. */
  readonly turn: number;
  /** Seconds that each contestant runs unmeasured first: compilers, caches and threads wake up. */
  readonly warmup: number;
  /** Seconds between turns, in which the threads of whoever ran last stop looking for work and fall asleep. */
  readonly rest: number;
  readonly clock: Clock;
}

export const usual: Timing = { rounds: 15, turn: 0.1, warmup: 0.8, rest: 0.05, clock: "wall" };

/** How many repetitions make a turn, found while warming up. */
async function repetitionsFor(contestant: Contestant, { turn, warmup, clock }: Timing): Promise<number> {
  let repetitions = 1;
  for (let spent = 0; ; ) {
    const seconds = await contestant.sample(repetitions, clock);
    spent += seconds;
    const each = Math.max(seconds / repetitions, 1e-9);
    const wanted = Math.max(1, Math.ceil(turn / each));
    if (spent >= warmup && wanted <= 1.5 * repetitions) return wanted;
    // Growing by steps, since the first repetitions are not like the later ones.
    repetitions = Math.min(wanted, 8 * repetitions);
  }
}

/** For each contestant the seconds per repetition, one value per round. */
export async function interleave(contestants: readonly Contestant[], timing: Timing): Promise<number[][]> {
  const repetitions: number[] = [];
  for (const contestant of contestants) repetitions.push(await repetitionsFor(contestant, timing));
  const seconds = contestants.map((): number[] => []);
  for (let round = 0; round < timing.rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const count = repetitions[i] as number;
      await setTimeout(1e3 * timing.rest);
      (seconds[i] as number[]).push((await contestant.sample(count, timing.clock)) / count);
    }
  }
  return seconds;
}
