import "../device.js";
import { ArgumentError, noGrad, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { Conv2d, Linear, utils } from "../../src/index.js";
import { close } from "../kit.js";

function normalized(): Linear {
  const layer = new Linear(3, 2);
  layer.loadStateDict({
    weight: tensor([
      [1, 2, 2],
      [0, 3, 4],
    ]),
    bias: tensor([0, 0]),
  });
  return utils.weightNorm(layer);
}
const x = tensor([[1, 0, 1]]);

describe("weightNorm", () => {
  // The numbers of PyTorch 1.13.
  it("splits a weight into length and direction, and learns both", () => {
    const layer = normalized();
    expect(Object.keys(layer.stateDict())).toEqual(["bias", "weight_g", "weight_v"]);
    close(layer.getParameter("weight_g"), [3, 5]);
    close(layer.forward(x), [3, 4]);
    noGrad(() => layer.getParameter("weight_g").copy_(tensor([[6], [10]])));
    const y = layer.forward(x);
    close(y, [6, 8]);
    y.mul(tensor([1, 2]))
      .sum()
      .backward();
    close(layer.getParameter("weight_g").grad, [1, 1.6]);
    close(layer.getParameter("weight_v").grad, [4 / 3, -4 / 3, 2 / 3, 4, -1.92, 1.44]);
  });

  it("is undone to an ordinary parameter", () => {
    const layer = normalized();
    noGrad(() => layer.getParameter("weight_g").mul_(2));
    utils.removeWeightNorm(layer);
    expect(Object.keys(layer.stateDict())).toEqual(["bias", "weight"]);
    close(layer.getParameter("weight"), [2, 4, 4, 0, 6, 8]);
    expect(Object.hasOwn(layer, "forward")).toBe(false);
    expect(() => utils.removeWeightNorm(layer)).toThrow(ArgumentError);
  });

  it("works in a clone apart from the original, along other dimensions, and on the whole weight", () => {
    const [layer, conv] = [normalized(), utils.weightNorm(new Conv2d(2, 3, 1), "weight", 1)];
    const copy = layer.clone();
    noGrad(() => copy.getParameter("weight_g").zero_());
    close(copy.forward(x), [0, 0]);
    close(layer.forward(x), [3, 4]);
    utils.removeWeightNorm(copy);
    close(layer.forward(x), [3, 4]);
    expect(conv.getParameter("weight_g").shape).toEqual([1, 2, 1, 1]);
    const whole = utils.weightNorm(new Linear(3, 2), "weight", null);
    expect((whole.getParameter("weight_g") as Tensor).shape).toEqual([]);
    expect(() => utils.weightNorm(new Linear(1, 1, { bias: false }), "bias")).toThrow(
      /parameter "bias" in Linear/,
    );
  });
});
