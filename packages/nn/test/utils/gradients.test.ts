import "../device.js";
import { AutogradError, ones, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { Linear, Parameter, utils } from "../../src/index.js";
import { close } from "../kit.js";

/** Parameters with these gradients. */
const withGradients = (...grads: number[][]): Parameter[] =>
  grads.map((g) => {
    const p = new Parameter(ones([g.length]));
    p.grad = tensor(g);
    return p;
  });

describe("clipGradNorm_", () => {
  it("scales all gradients by one factor and returns the norm before", () => {
    const [a, b, none] = [...withGradients([3, 0], [4]), new Parameter(ones([2]))] as [
      Parameter,
      Parameter,
      Parameter,
    ];
    close(utils.clipGradNorm_([a, b, none], 1), [5]);
    close(a.grad, [0.6, 0]);
    close(b.grad, [0.8]);
    expect(none.grad).toBeNull();
  });

  it("leaves small gradients alone", () => {
    const [a] = withGradients([3, 4]) as [Parameter];
    close(utils.clipGradNorm_(a, 10), [5]);
    close(a.grad, [3, 4]);
  });

  it("knows other norms, and none of no gradients", () => {
    const parameters = withGradients([3, -7], [2]);
    close(utils.clipGradNorm_(parameters, 1e9, { normType: Infinity }), [7]);
    close(utils.clipGradNorm_(parameters, 6, { normType: 1 }), [12]);
    close(parameters[0]?.grad, [1.5, -3.5]);
    close(utils.clipGradNorm_([], 1), [0]);
  });

  it("can refuse a norm that is not finite", () => {
    const parameters = withGradients([Number.NaN]);
    expect(() => utils.clipGradNorm_(parameters, 1, { errorIfNonfinite: true })).toThrow(AutogradError);
    expect(utils.clipGradNorm_(withGradients([Infinity]), 1).itemSync()).toBe(Infinity);
  });
});

it("clipGradValue_ limits every element", () => {
  const [a] = withGradients([-3, 0.5, 9]) as [Parameter];
  utils.clipGradValue_([a], 1);
  close(a.grad, [-1, 0.5, 1]);
});

describe("parameters as a vector", () => {
  it("and back", () => {
    const layer = new Linear(2, 2);
    utils.vectorToParameters(tensor([1, 2, 3, 4, 5, 6]), layer.parameters());
    close(layer.weight, [1, 2, 3, 4]);
    close(layer.bias as Tensor, [5, 6]);
    close(utils.parametersToVector(layer.parameters()), [1, 2, 3, 4, 5, 6]);
    expect(layer.weight.isLeaf).toBe(true);
  });

  it("carries gradients, and refuses another number of elements", () => {
    const layer = new Linear(2, 1);
    utils
      .parametersToVector(layer.parameters())
      .mul(tensor([1, 2, 3]))
      .sum()
      .backward();
    close(layer.weight.grad, [1, 2]);
    expect(() => utils.vectorToParameters(ones([4]), layer.parameters())).toThrow(ShapeError);
    close(layer.weight.grad, [1, 2]);
  });
});
