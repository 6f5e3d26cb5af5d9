import "../device.js";
import { ones, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import * as nn from "../../src/index.js";
import { close } from "../kit.js";

const batch = tensor([
  [1, 2],
  [3, 6],
]);

describe("running statistics", () => {
  // The numbers of PyTorch 1.13.
  it("follow the batches by momentum, the variance unbiased", () => {
    const norm = new nn.BatchNorm1d(2, { momentum: 0.5 });
    norm.forward(batch);
    close(norm.runningMean, [1, 2]);
    close(norm.runningVar, [1.5, 4.5]);
    expect(norm.numBatchesTracked?.itemSync()).toBe(1);
  });

  it("are the plain average over all batches without a momentum", () => {
    const norm = new nn.BatchNorm1d(2, { momentum: null });
    for (const scale of [1, 2, 3]) norm.forward(batch.mul(scale));
    close(norm.runningMean, [4, 8]);
    close(norm.runningVar, [9.333333, 37.333332]);
    expect(norm.numBatchesTracked?.itemSync()).toBe(3);
  });

  it("stay as they are in eval mode, which uses them", () => {
    const norm = new nn.BatchNorm1d(2).eval();
    close(norm.forward(batch), [1, 2, 3, 6], 2e-5);
    close(norm.runningMean, [0, 0]);
    expect(norm.numBatchesTracked?.itemSync()).toBe(0);
  });

  it("are left out when not tracked: eval mode then uses the batch", () => {
    const norm = new nn.BatchNorm1d(2, { trackRunningStats: false, affine: false });
    expect(Object.keys(norm.stateDict())).toEqual([]);
    close(norm.eval().forward(batch), [-1, -1, 1, 1], 2e-5);
  });

  it("start again after resetRunningStats, and do not collect history", () => {
    const norm = new nn.BatchNorm1d(2);
    norm.forward(batch.clone().requiresGrad_()).sum().backward();
    expect(norm.runningMean?.requiresGrad).toBe(false);
    norm.resetRunningStats();
    close(norm.runningMean, [0, 0]);
    close(norm.runningVar, [1, 1]);
    expect(norm.numBatchesTracked?.itemSync()).toBe(0);
  });

  it("of instance normalisation are averages over the samples", () => {
    const norm = new nn.InstanceNorm1d(2, { trackRunningStats: true });
    norm.forward(
      tensor([
        [
          [1, 3],
          [2, 6],
        ],
      ]),
    );
    close(norm.runningMean, [0.2, 0.4]);
    close(norm.runningVar, [1.1, 1.7]);
    norm.forward(
      tensor([
        [1, 3],
        [2, 6],
      ]),
    ); // without the batch
    close(norm.runningMean, [0.38, 0.76]);
  });
});

it("weight and bias start at 1 and 0, and are learned", () => {
  const norm = new nn.GroupNorm(1, 2);
  close(norm.weight, [1, 1]);
  close(norm.bias, [0, 0]);
  norm
    .forward(batch)
    .mul(tensor([1, 2]))
    .sum()
    .backward();
  close(norm.bias?.grad, [2, 4]);
});

it("layer normalisation of the whole input has mean 0 and variance 1", () => {
  const y = new nn.LayerNorm([2, 2], { elementwiseAffine: false, eps: 0 }).forward(batch);
  const d = Math.sqrt(3.5);
  close(y, [-2 / d, -1 / d, 0, 3 / d]);
  const unbiased = new nn.LayerNorm(2, { bias: false });
  expect(Object.keys(unbiased.stateDict())).toEqual(["weight"]);
  close(unbiased.forward(batch), [-1, 1, -1, 1], 5e-5); // eps makes it a little less than 1
});

it("float16 layers keep float16", () => {
  const norm = new nn.BatchNorm1d(2, { dtype: "float16" });
  const y = norm.forward(ones([3, 2], { dtype: "float16" })) as Tensor;
  expect([y.dtype, norm.runningMean?.dtype]).toEqual(["float16", "float16"]);
});
