import { describe, expect, it } from "vitest";
import { formatResult, formatSeconds, heading, resultOf } from "../harness/result.js";

const seconds = [
  [0.002, 0.001, 0.004],
  [0.003, 0.0031, 0.0029],
  [0.001, 0.001, 0.001],
];

describe("results", () => {
  const result = resultOf({ name: "matmul 100", flops: 2e6 }, 2, ["torch 2", "other 1"], seconds);

  it("compares medians and the quickest runs with each peer's", () => {
    expect(result).toMatchObject({ name: "matmul 100", threads: 2, median: 0.002, least: 0.001, flops: 1e9 });
    expect(result.peers.map(({ peer }) => peer)).toEqual(["torch 2", "other 1"]);
    expect(result.peers[0]?.ratio).toBeCloseTo(1.5);
    expect(result.peers[0]?.ratioOfLeast).toBeCloseTo(2.9);
    expect(result.peers[1]?.ratio).toBeCloseTo(0.5);
  });

  it("prints times with a unit and ratios with an x", () => {
    const line = formatResult(result);
    expect(line).toMatch(/^matmul 100 +2 +2\.00 ms +1\.0 +3\.00 ms +1\.50x \(2\.90x\) +1\.00 ms +0\.50x/);
  });

  it("has no ratio without a peer and no speed without a count of operations", () => {
    const alone = resultOf({ name: "softmax" }, 1, [], [[0.5, 0.25]]);
    expect(alone).toEqual({
      name: "softmax",
      threads: 1,
      median: 0.375,
      least: 0.25,
      flops: null,
      peers: [],
    });
    expect(formatResult(alone).trim()).toMatch(/^softmax +1 +375 ms$/);
  });

  it("survives JSON", () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it.each([
    [2.5, "2.50 s "],
    [0.01234, "12.3 ms"],
    [4.2e-7, "0.420 µs"],
    [0.000999, "999 µs"],
  ])("writes %d s as %s", (value, text) => {
    expect(formatSeconds(value)).toBe(text);
  });

  it("names the peers above their columns", () => {
    expect(heading(["torch 2"])).toMatch(/threads +Flambeau +GFLOP\/s +torch 2 \(least\)$/);
  });
});
