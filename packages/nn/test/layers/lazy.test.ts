import "../device.js";
import { manualSeed, ones, randn, type Tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import * as nn from "../../src/index.js";
import { close, values } from "../kit.js";

describe("lazy layers", () => {
  it("take the size of their input from the first one", () => {
    const model = new nn.Sequential(
      new nn.LazyConv2d(6, 3, { groups: 2 }),
      new nn.LazyBatchNorm2d(),
      new nn.LazyConvTranspose2d(3, 2),
      new nn.LazyInstanceNorm2d({ affine: true }),
      new nn.Flatten(),
      new nn.LazyLinear(5),
    );
    expect(model.getParameter("0.weight")).toBeInstanceOf(nn.UninitializedParameter);
    expect(model.forward(ones([2, 4, 5, 5])).shape).toEqual([2, 5]);
    expect(model.namedParameters().map(([name, p]) => `${name} ${p.shape}`)).toEqual([
      "0.weight 6,2,3,3",
      "0.bias 6",
      "1.weight 6",
      "1.bias 6",
      "2.weight 6,3,2,2",
      "2.bias 3",
      "3.weight 3",
      "3.bias 3",
      "5.weight 5,48",
      "5.bias 5",
    ]);
    expect(model.getBuffer("1.running_var").shape).toEqual([6]);
    expect(() => model.forward(ones([2, 6, 5, 5]))).toThrow(/expected 4 channels, got 6/);
  });

  it("start as the ordinary layers do", () => {
    const layer = new nn.LazyLinear(50);
    layer.forward(ones([1, 100]));
    expect([layer.inFeatures, layer.bias?.shape]).toEqual([100, [50]]);
    const largest = Math.max(...values(layer.weight.abs()));
    expect(largest).toBeLessThanOrEqual(0.1);
    expect(largest).toBeGreaterThan(0.09);
    const norm = new nn.LazyBatchNorm1d();
    norm.eval().forward(ones([2, 3]));
    close(norm.weight, [1, 1, 1]);
    close(norm.runningMean, [0, 0, 0]);
  });

  it("keep their parameters' identity, so that an optimizer may hold them", () => {
    const layer = new nn.LazyLinear(2);
    const held = layer.parameters();
    layer.double();
    layer
      .forward(ones([1, 3], { dtype: "float64" }))
      .sum()
      .backward();
    expect(layer.parameters()).toEqual(held);
    expect(held[0]).not.toBeInstanceOf(nn.UninitializedParameter);
    expect(held[0]?.grad?.shape).toEqual([2, 3]);
  });

  it("take their size from a state dict too, and are copied before they have one", () => {
    manualSeed(0);
    const source = new nn.Sequential(new nn.Linear(3, 2), new nn.BatchNorm1d(2));
    const lazy = new nn.Sequential(new nn.LazyLinear(2), new nn.LazyBatchNorm1d());
    const copy = lazy.clone();
    lazy.loadStateDict(source.stateDict());
    const x = randn(4, 3);
    close(lazy.eval().forward(x), values(source.eval().forward(x)));
    copy.forward(ones([2, 7]));
    expect((copy.getParameter("0.weight") as Tensor).shape).toEqual([2, 7]);
  });
});
