import "../device.js";
import { ArgumentError, arange, IndexError, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { AdaptiveLogSoftmaxWithLoss } from "../../src/index.js";
import { close, fill, values } from "../kit.js";

const layer = (): AdaptiveLogSoftmaxWithLoss =>
  fill(new AdaptiveLogSoftmaxWithLoss(4, 8, [2, 5], { divValue: 2 }));
const x = arange(20).remainder(6).sub(2.5).mul(0.5).reshape([5, 4]);
const classes = (...list: number[]): Tensor => tensor(list, { dtype: "int64" });

describe("AdaptiveLogSoftmaxWithLoss", () => {
  // The numbers of PyTorch 1.13 for the same weights.
  it("gives the targets' log-probabilities, their loss and its gradient", () => {
    const softmax = layer();
    const { output, loss } = softmax.forward(x, classes(0, 3, 7, 1, 5));
    close(output, [-0.941491, -3.187226, -2.889686, -1.916492, -1.878212]);
    close(loss, [2.162621]);
    loss.backward();
    close(
      softmax.getParameter("tail.0.0.weight").grad,
      [-0.036113, -0.060188, 0.060188, 0.036113, -0.036113, -0.060188, 0.060188, 0.036113],
    );
  });

  it("agrees with the log-probabilities of all classes, which sum to 1", () => {
    const all = layer().logProb(x);
    close(
      all.select(0, 0),
      [-0.941491, -1.916492, -2.239284, -2.234283, -2.246784, -2.985885, -3.075885, -3.060885],
    );
    close(all.exp().sum(1), [1, 1, 1, 1, 1]);
    expect(values(layer().predict(x))).toEqual([0, 1, 0, 0, 1]);
    const { output } = layer().forward(x.select(0, 1), classes(3).squeeze(0));
    close(output, [values(all)[8 + 3] as number]);
  });

  it("refuses cutoffs out of order, shapes and classes that do not fit", () => {
    expect(() => new AdaptiveLogSoftmaxWithLoss(4, 8, [5, 2])).toThrow(ArgumentError);
    expect(() => new AdaptiveLogSoftmaxWithLoss(4, 8, [8])).toThrow(/got \[8\]/);
    expect(() => layer().forward(x, classes(1, 2))).toThrow(ShapeError);
    expect(() =>
      layer()
        .forward(x, classes(0, 3, 8, 1, 5))
        .loss.itemSync(),
    ).toThrow(IndexError);
  });
});
