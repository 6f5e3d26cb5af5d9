import "../device.js";
import { manualSeed, ones, type Tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import * as nn from "../../src/index.js";
import { close, moments, values } from "../kit.js";

const N = 10_000;

describe("dropout", () => {
  it("zeroes a share p and scales the rest, so that the mean stays", () => {
    manualSeed(0);
    const y = values(new nn.Dropout(0.3).forward(ones([N])));
    const zeros = y.filter((v) => v === 0).length;
    // Five standard deviations of a binomial count.
    expect(Math.abs(zeros - 0.3 * N)).toBeLessThan(5 * Math.sqrt(N * 0.3 * 0.7));
    expect([...new Set(y)].sort().map((v) => Number(v.toFixed(5)))).toEqual([0, 1.42857]);
  });

  it("draws anew each time, and the same after the same seed", () => {
    const layer = new nn.Dropout();
    const draw = (): number[] => values(layer.forward(ones([100])));
    manualSeed(3);
    const [first, second] = [draw(), draw()];
    expect(second).not.toEqual(first);
    manualSeed(3);
    expect([draw(), draw()]).toEqual([first, second]);
  });

  it("passes its input on in eval mode, and where p is 0", () => {
    const x = ones([10]);
    expect(new nn.Dropout(0.5).eval().forward(x)).toBe(x);
    expect(new nn.Dropout(0).forward(x)).toBe(x);
    close(new nn.Dropout(1).forward(x), new Array(10).fill(0));
  });

  it("lets gradients through where it let values through", () => {
    manualSeed(1);
    const x = ones([50]).requiresGrad_();
    const y = new nn.Dropout(0.4).forward(x);
    y.sum().backward();
    expect(values(x.grad as Tensor)).toEqual(values(y));
  });

  it("writes its input in place when asked to", () => {
    manualSeed(1);
    const x = ones([50]);
    const y = new nn.Dropout({ p: 0.5, inplace: true }).forward(x);
    expect(values(x)).toEqual(values(y));
    expect(values(x)).toContain(0);
  });
});

describe("dropout of channels", () => {
  it.each([
    ["Dropout1d", new nn.Dropout1d(0.5), [64, 16, 5]],
    ["Dropout2d", new nn.Dropout2d(0.5), [64, 16, 2, 3]],
    ["Dropout3d", new nn.Dropout3d(0.5), [64, 16, 2, 1, 3]],
  ] as const)("%s keeps or zeroes all of a channel", (_, layer, shape) => {
    manualSeed(5);
    const rows = layer
      .forward(ones([...shape]))
      .reshape([64 * 16, -1])
      .arraySync() as number[][];
    expect(rows.every((row) => new Set(row).size === 1 && (row[0] === 0 || row[0] === 2))).toBe(true);
    const dropped = rows.filter((row) => row[0] === 0).length;
    expect(Math.abs(dropped - 512)).toBeLessThan(5 * Math.sqrt(1024 / 4));
  });
});

it("alpha dropout keeps mean and variance of standard normal input", () => {
  manualSeed(2);
  const x = nn.init.normal_(ones([N]));
  const { mean, variance } = moments(new nn.AlphaDropout(0.2).forward(x));
  expect(Math.abs(mean)).toBeLessThan(0.06);
  expect(Math.abs(variance - 1)).toBeLessThan(0.1);
  expect(values(new nn.AlphaDropout(0.2).eval().forward(x))).toEqual(values(x));
});

it("randomised leaky ReLU draws slopes in training and takes their mean in eval mode", () => {
  manualSeed(4);
  const x = ones([1000]).neg();
  const y = values(new nn.RReLU(0.1, 0.3).forward(x)).map((v) => -v);
  expect(Math.min(...y)).toBeGreaterThanOrEqual(0.1);
  expect(Math.max(...y)).toBeLessThanOrEqual(0.3);
  expect(new Set(y).size).toBeGreaterThan(900);
  close(new nn.RReLU(0.1, 0.3).eval().forward(x.narrow(0, 0, 1)), [-0.2]);
});
