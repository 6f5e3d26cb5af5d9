/** Whoever runs a program for the clock: Flambeau in this process, or a peer behind a pipe. */

/** A program that is set up and may be timed. */
export interface Contestant {
  /** Runs the program `repetitions` times, to the end of its work; resolves to the seconds that took. */
  sample(repetitions: number): Promise<number>;
  /** Lets go of what the program holds. */
  close(): Promise<void>;
}

/** Times a synchronous function; `settle` waits for work it has left pending. */
export function inProcess(run: () => void, settle: () => void): Contestant {
  return {
    sample: async (repetitions) => {
      const start = performance.now();
      for (let i = 0; i < repetitions; i++) run();
      settle();
      return (performance.now() - start) / 1e3;
    },
    close: async () => {},
  };
}
