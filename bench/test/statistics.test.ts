import { ArgumentError } from "flambeau";
import { describe, expect, it } from "vitest";
import { median, ratio, summarize } from "../harness/statistics.js";

describe("statistics", () => {
  it("takes the middle of an odd number of values, however they are ordered", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 100, 2, 3])).toBe(9);
  });

  it("takes the mean of the two in the middle of an even number", () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it("leaves the values as they were", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it("refuses no values", () => {
    expect(() => median([])).toThrow(ArgumentError);
  });

  it("summarizes by the median and the least", () => {
    expect(summarize([0.3, 0.1, 0.2, 0.9])).toEqual({ median: 0.25, least: 0.1 });
  });

  it("is above 1 where the peer takes longer", () => {
    expect(ratio(2, 3)).toBe(1.5);
    expect(ratio(4, 1)).toBe(0.25);
  });
});
