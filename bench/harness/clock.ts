/** What a duration is measured by. */

/**
 * `wall` is what a user waits for. `cpu` counts the processor time of all threads of whoever runs, which means something
 * where other programs keep the machine busy: compare it for one thread.
 */
export const clocks = ["wall", "cpu"] as const;
export type Clock = (typeof clocks)[number];

const read: Record<Clock, () => number> = {
  wall: () => performance.now() / 1e3,
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

/** Seconds since an unspecified moment, by that clock in this process. */
export const seconds = (clock: Clock): number => read[clock]();
