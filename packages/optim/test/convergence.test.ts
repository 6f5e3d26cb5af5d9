import { type Tensor, tensor } from "@flambeau/core";
import { describe, expect, test } from "vitest";
import { Adam, AdamW, LBFGS, type Optimizer, RAdam, SGD } from "../src/index.js";
import { cubicMinimum } from "../src/lbfgs/lineSearch.js";
import { leaf } from "./kit.js";

// Least squares through (0, 1), (1, 3), (2, 4), (3, 4): slope 1, intercept 1.5, by the normal equations.
const xs = tensor([0, 1, 2, 3], { dtype: "float64" });
const ys = tensor([1, 3, 4, 4], { dtype: "float64" });

function fit(make: (params: Tensor[]) => Optimizer, steps: number): number[] {
  const [slope, intercept] = [leaf([0]), leaf([0])];
  const optimizer = make([slope, intercept]);
  for (let i = 0; i < steps; i++) {
    optimizer.step(() => {
      optimizer.zeroGrad();
      const loss = xs.mul(slope).add(intercept).sub(ys).square().mean();
      loss.backward();
      return loss;
    });
  }
  return [slope, intercept].map((param) => param.detach().at(0).itemSync());
}

describe("a regression reaches the solution of the normal equations with", () => {
  test.each<[string, (params: Tensor[]) => Optimizer, number]>([
    ["SGD", (p) => new SGD(p, { lr: 0.1, momentum: 0.8 }), 200],
    ["Adam", (p) => new Adam(p, { lr: 0.1 }), 500],
    ["AdamW without decay", (p) => new AdamW(p, { lr: 0.1, weightDecay: 0 }), 500],
    ["RAdam", (p) => new RAdam(p, { lr: 0.1, betas: [0.9, 0.99] }), 500],
    ["LBFGS", (p) => new LBFGS(p), 3],
    ["LBFGS with line search", (p) => new LBFGS(p, { lineSearchFn: "strong_wolfe" }), 2],
  ])("%s", (_name, make, steps) => {
    const [slope, intercept] = fit(make, steps);
    expect(slope).toBeCloseTo(1, 4);
    expect(intercept).toBeCloseTo(1.5, 4);
  });

  test("ridge: SGD's weight decay reaches (X'X / n + λ / 2 I)⁻¹ X'y / n", () => {
    const [slope, intercept] = fit((p) => new SGD(p, { lr: 0.1, momentum: 0.8, weightDecay: 1 }), 300);
    // [[3.5 + .5, 1.5], [1.5, 1 + .5]] [slope, intercept] = [5.75, 3]
    expect(slope).toBeCloseTo((5.75 * 1.5 - 1.5 * 3) / 3.75, 6);
    expect(intercept).toBeCloseTo((4 * 3 - 1.5 * 5.75) / 3.75, 6);
  });
});

test("the cubic through two points has its minimum where calculus puts it", () => {
  // f(x) = x³ - 3x: slope 3x² - 3, minimum at 1.
  const at = (x: number) => ({ at: x, loss: x ** 3 - 3 * x, slope: 3 * x * x - 3 });
  expect(cubicMinimum(at(0), at(3))).toBeCloseTo(1, 12);
  expect(cubicMinimum(at(3), at(0))).toBeCloseTo(1, 12);
  expect(cubicMinimum(at(0), at(0.5), [0.6, 0.8])).toBe(0.8);
  // f(x) = x³ + x has none.
  const monotone = (x: number) => ({ at: x, loss: x ** 3 + x, slope: 3 * x * x + 1 });
  expect(cubicMinimum(monotone(-1), monotone(2))).toBe(0.5);
});
