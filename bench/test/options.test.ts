import { availableParallelism } from "node:os";
import { ArgumentError } from "flambeau";
import { describe, expect, it } from "vitest";
import { matcher, readOptions } from "../harness/options.js";

describe("options", () => {
  it("wants everything without a pattern", () => {
    expect(readOptions([]).wanted("matmul 128")).toBe(true);
  });

  it("matches a pattern anywhere in a name, whatever the case", () => {
    const wanted = matcher("CONV|soft");
    expect(wanted("conv 3x3")).toBe(true);
    expect(wanted("log softmax")).toBe(true);
    expect(wanted("matmul 128")).toBe(false);
  });

  it("reads the file, the threads and the rounds", () => {
    const options = readOptions(["matmul", "--json", "out.jsonl", "--threads", "1,4", "--rounds", "3"]);
    expect(options).toMatchObject({ json: "out.jsonl", threads: [1, 4], rounds: 3, clock: "wall" });
    expect(readOptions(["--clock", "cpu"]).clock).toBe("cpu");
    expect(options.wanted("matmul 512")).toBe(true);
    expect(options.wanted("softmax")).toBe(false);
  });

  it("times one thread, and two where there are two", () => {
    expect(readOptions([]).threads).toEqual(availableParallelism() > 1 ? [1, 2] : [1]);
  });

  it.each([
    ["two patterns", ["a", "b"]],
    ["a number of threads that is none", ["--threads", "1,0"]],
    ["rounds that are no number", ["--rounds", "many"]],
    ["a pattern that is no expression", ["("]],
    ["a clock there is not", ["--clock", "sun"]],
  ])("refuses %s", (_, args) => {
    expect(() => readOptions(args)).toThrow(ArgumentError);
  });
});
