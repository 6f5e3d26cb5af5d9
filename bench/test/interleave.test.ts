import { describe, expect, it } from "vitest";
import { type Contestant, inProcess } from "../harness/contestant.js";
import { interleave, type Timing } from "../harness/interleave.js";

const timing: Timing = { rounds: 4, turn: 0.01, warmup: 0, rest: 0, clock: "wall" };

/** Says that a repetition took `seconds`, and writes down its turns. */
function pretender(name: string, seconds: number, turns: string[]): Contestant {
  return {
    sample: async (repetitions) => {
      turns.push(`${name} ${repetitions}`);
      return seconds * repetitions;
    },
    close: async () => {},
  };
}

describe("interleave", () => {
  it("lets contestants take turns, each as often as makes a turn long enough", async () => {
    const turns: string[] = [];
    const seconds = await interleave([pretender("A", 0.001, turns), pretender("B", 0.02, turns)], timing);
    expect(turns.slice(-8)).toEqual(["A 10", "B 1", "A 10", "B 1", "A 10", "B 1", "A 10", "B 1"]);
    expect(seconds.map((list) => list.length)).toEqual([4, 4]);
    for (const each of seconds[0] as number[]) expect(each).toBeCloseTo(0.001);
    for (const each of seconds[1] as number[]) expect(each).toBeCloseTo(0.02);
  });

  it("warms up for as long as asked", async () => {
    const turns: string[] = [];
    await interleave([pretender("A", 0.1, turns)], { ...timing, rounds: 1, warmup: 0.55 });
    expect(turns.length).toBe(6 + 1);
  });

  it("counts the work a function leaves pending", async () => {
    const log: string[] = [];
    const contestant = inProcess(
      () => void log.push("run"),
      () => void log.push("settle"),
    );
    expect(await contestant.sample(3, "wall")).toBeGreaterThanOrEqual(0);
    expect(log).toEqual(["run", "run", "run", "settle"]);
  });
});
