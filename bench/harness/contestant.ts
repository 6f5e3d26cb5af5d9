/** Whoever runs a program for the clock: Flambeau in this process, or a peer behind a pipe. */

import { type Clock, seconds } from "./clock.js";

/** A program that is set up and may be timed. */
export interface Contestant {
  /** Runs the program `repetitions` times, to the end of its work; resolves to the seconds that took by the clock. */
  sample(repetitions: number, clock: Clock): Promise<number>;
  /** Lets go of what the program holds. */
  close(): Promise<void>;
}

/** Times a synchronous function; `settle` waits for work it has left pending. */
export function inProcess(run: () => void, settle: () => void): Contestant {
  return {
    sample: async (repetitions, clock) => {
      const start = seconds(clock);
      for (let i = 0; i < repetitions; i++) run();
      settle();
      return seconds(clock) - start;
    },
    close: async () => {},
  };
}
