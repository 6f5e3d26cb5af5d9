import "./device.js";
import { ArgumentError, empty, Generator, manualSeed, ShapeError, type Tensor } from "@flambeau/core";
import { beforeEach, describe, expect, it } from "vitest";
import { init, Linear } from "../src/index.js";
import { close, moments, values } from "./kit.js";

beforeEach(() => void manualSeed(1));
const weight = (...shape: number[]): Tensor => empty(shape);

/** Within five standard deviations of the estimate: of a variance, about 7 % for 10,000 draws. */
function isDistributed(x: Tensor, mean: number, variance: number): void {
  const got = moments(x);
  expect(Math.abs(got.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / x.numel));
  expect(Math.abs(got.variance / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / x.numel));
}
const largest = (x: Tensor): number => Math.max(...values(x).map(Math.abs));

describe("distributions", () => {
  it("uniform and normal have the mean and variance asked for", () => {
    const u = init.uniform_(weight(10_000), -1, 3);
    isDistributed(u, 1, 16 / 12);
    expect(values(u).every((v) => v >= -1 && v < 3)).toBe(true);
    isDistributed(init.normal_(weight(10_000), 2, 0.5), 2, 0.25);
  });

  it("truncated normal stays in its bounds and has the truncated variance", () => {
    const x = init.truncNormal_(weight(10_000), 0, 1, -1, 1);
    expect(largest(x)).toBeLessThanOrEqual(1);
    // 1 - 2 φ(1) / (Φ(1) - Φ(-1))
    isDistributed(x, 0, 0.29112509);
    isDistributed(init.truncNormal_(weight(10_000), 1, 0.5, 0, 2), 1, 0.25 * 0.77374129); // ±2 deviations
  });
});

describe("scaled to the fan of a weight [100, 50, 2]", () => {
  const shape = [100, 50, 2] as const; // fan in 100, fan out 200
  it("Xavier", () => {
    const u = init.xavierUniform_(weight(...shape), 2);
    expect(largest(u)).toBeLessThanOrEqual(2 * Math.sqrt(6 / 300));
    isDistributed(u, 0, (4 * 2) / 300);
    isDistributed(init.xavierNormal_(weight(...shape)), 0, 2 / 300);
  });

  it("Kaiming", () => {
    isDistributed(init.kaimingNormal_(weight(...shape), 0, "fan_out", "relu"), 0, 2 / 200);
    isDistributed(init.kaimingNormal_(weight(...shape), 1), 0, 1 / 100);
    const u = init.kaimingUniform_(weight(...shape), Math.sqrt(5));
    expect(largest(u)).toBeLessThanOrEqual(1 / Math.sqrt(100));
    isDistributed(u, 0, 1 / 300);
  });

  it("a linear layer starts uniform in ±1/√inFeatures, weight and bias", () => {
    const layer = new Linear(100, 100);
    isDistributed(layer.weight, 0, 1 / 300);
    expect(largest(layer.weight)).toBeLessThanOrEqual(1 / 10);
    expect(largest(layer.bias as Tensor)).toBeGreaterThan(0.08);
    expect(largest(layer.bias as Tensor)).toBeLessThanOrEqual(1 / 10);
  });
});

describe("fixed values", () => {
  it("constants and the identity", () => {
    close(init.constant_(weight(2), 3), [3, 3]);
    close(init.zeros_(weight(2)), [0, 0]);
    close(init.ones_(weight(2)), [1, 1]);
    close(init.eye_(weight(2, 3)), [1, 0, 0, 0, 1, 0]);
  });

  it("dirac kernels pass channels on, per group", () => {
    close(init.dirac_(weight(3, 2, 3)), [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, ...new Array(6).fill(0)]);
    const grouped = init.dirac_(weight(4, 2, 1, 1), 2);
    close(grouped, [1, 0, 0, 1, 1, 0, 0, 1]);
  });

  it("sparse zeroes the same number of rows of every column, at other places", () => {
    const x = init.sparse_(weight(10, 50), 0.25, 2);
    const columns = x.t().arraySync() as number[][];
    expect(columns.map((c) => c.filter((v) => v === 0).length)).toEqual(new Array(50).fill(3));
    expect(new Set(columns.map((c) => c.map((v) => v === 0).join())).size).toBeGreaterThan(20);
  });
});

describe("seeds", () => {
  it("give the same numbers again, also those of a generator", () => {
    const draw = (): number[] => values(init.kaimingUniform_(weight(5, 5)));
    manualSeed(7);
    const first = draw();
    expect(draw()).not.toEqual(first);
    manualSeed(7);
    expect(draw()).toEqual(first);
    const generated = (): number[] =>
      values(init.normal_(weight(9), 0, 1, { generator: new Generator().manualSeed(3) }));
    expect(generated()).toEqual(generated());
  });

  it("writing does not count as history", () => {
    const layer = new Linear(3, 3);
    init.xavierNormal_(layer.weight);
    expect([layer.weight.isLeaf, layer.weight.requiresGrad]).toEqual([true, true]);
  });
});

describe("gains and errors", () => {
  it("are PyTorch's", () => {
    expect(init.calculateGain("tanh")).toBe(5 / 3);
    expect(init.calculateGain("leaky_relu", 0.2)).toBeCloseTo(Math.sqrt(2 / 1.04), 12);
    expect(init.calculateGain("leaky_relu")).toBeCloseTo(1.4141428569978354, 12);
    expect([init.calculateGain("relu"), init.calculateGain("selu"), init.calculateGain("conv2d")]).toEqual([
      Math.SQRT2,
      0.75,
      1,
    ]);
    expect(init.calculateFanInAndFanOut(weight(4, 3, 2, 5))).toEqual({ fanIn: 30, fanOut: 40 });
  });

  it("name what does not fit", () => {
    expect(() => init.calculateGain("swish" as never)).toThrow(ArgumentError);
    expect(() => init.xavierUniform_(weight(3))).toThrow(ShapeError);
    expect(() => init.kaimingNormal_(weight(3, 3), 0, "fanIn" as never)).toThrow(/"fan_in" or "fan_out"/);
    expect(() => init.eye_(weight(3))).toThrow(ShapeError);
    expect(() => init.dirac_(weight(3, 3))).toThrow(ShapeError);
    expect(() => init.dirac_(weight(3, 2, 1), 2)).toThrow(ArgumentError);
    expect(() => init.sparse_(weight(3, 3), 2)).toThrow(ArgumentError);
  });
});
