import { ArgumentError } from "@flambeau/core";
import { describe, expect, test } from "vitest";
import { Adam, LBFGS, RMSprop, Rprop, SGD, type SGDOptions } from "../src/index.js";
import { leaf, stepAlong } from "./kit.js";

describe("groups", () => {
  test("have options of their own and take the others' from the optimizer", () => {
    const [a, b] = [leaf([1]), leaf([1])];
    const optimizer = new SGD([{ params: a }, { params: [b], lr: 0.25, weightDecay: 1 }], { lr: 0.5 });
    expect(optimizer.paramGroups.map(({ lr, weightDecay }) => [lr, weightDecay])).toEqual([
      [0.5, 0],
      [0.25, 1],
    ]);
    stepAlong(optimizer, [a, b], [[1], [1]]);
    expect([a.detach().arraySync(), b.detach().arraySync()]).toEqual([[0.5], [0.5]]);
  });

  test("can be written between steps, and added", () => {
    const [a, b] = [leaf([1]), leaf([1])];
    const optimizer = new SGD([a], { lr: 1 });
    optimizer.paramGroups[0]!.lr = 0.125;
    optimizer.addParamGroup({ params: b });
    stepAlong(optimizer, [a, b], [[1], [1]]);
    expect([a.detach().arraySync(), b.detach().arraySync()]).toEqual([[0.875], [0]]);
  });

  test("switched to momentum in the midst of training begin it then", () => {
    const w = leaf([0]);
    const optimizer = new SGD([w], { lr: 1 });
    stepAlong(optimizer, [w], [[1]]);
    optimizer.paramGroups[0]!.momentum = 0.5;
    for (let i = 0; i < 2; i++) stepAlong(optimizer, [w], [[1]]);
    expect(w.detach().arraySync()).toEqual([-1 - 1 - 1.5]);
  });
});

describe("refused, with a sentence:", () => {
  const w = leaf([1, 2]);
  test.each<[string, () => unknown, string]>([
    [
      "a negative rate",
      () => new SGD([w], { lr: -1 }),
      "SGD: expected lr to be a number of at least 0, got -1",
    ],
    [
      "a group's own negative rate",
      () => new SGD([{ params: [w], lr: -2 }]),
      "SGD: expected lr to be a number of at least 0, got -2",
    ],
    [
      "betas out of range",
      () => new Adam([w], { betas: [0.9, 1] }),
      "Adam: expected betas to be two numbers in [0, 1), got [0.9,1]",
    ],
    [
      "a negative eps",
      () => new Adam([w], { eps: -1e-8 }),
      "Adam: expected eps to be a number of at least 0",
    ],
    [
      "a negative weight decay",
      () => new RMSprop([w], { weightDecay: -0.1 }),
      "RMSprop: expected weightDecay to be a number of at least 0, got -0.1",
    ],
    [
      "etas on the wrong side of 1",
      () => new Rprop([w], { etas: [1.2, 0.5] }),
      "Rprop: expected etas to be a number in (0, 1) and one above 1, got [1.2,0.5]",
    ],
    [
      "nesterov without momentum",
      () => new SGD([w], { nesterov: true }),
      "SGD: nesterov needs a momentum above 0 and a dampening of 0, got 0 and 0",
    ],
    [
      "an unknown option",
      () => new SGD([w], { weight_decay: 0.1 } as Partial<SGDOptions>),
      'SGD: unknown option "weight_decay"; expected one of lr, momentum, dampening, weightDecay',
    ],
    ["no parameters", () => new SGD([]), "SGD: expected parameters to optimize, got an empty list"],
    [
      "a bare tensor",
      () => new SGD(w as never),
      "SGD: expected an iterable of tensors or of parameter groups",
    ],
    [
      "a parameter twice",
      () => new SGD([w, w]),
      "SGD: expected each parameter once, got again parameter 1 of the group, of shape [2]",
    ],
    [
      "a parameter in two groups",
      () => new SGD([{ params: [w] }, { params: [w] }]),
      "SGD: expected each parameter once, got again parameter 0 of the group, of shape [2]",
    ],
    [
      "the result of an operation",
      () => new SGD([w.mul(2)]),
      "SGD: expected leaves, got the result of an operation: parameter 0 of the group, of shape [2]",
    ],
    ["a number among parameters", () => new SGD([{ params: [3 as never] }]), "got number at 0"],
    ["groups for LBFGS", () => new LBFGS([{ params: [w] }, { params: [leaf([1])] }]), "got several groups"],
    ["LBFGS without a closure", () => new LBFGS([w]).step(), "LBFGS.step: expected a closure"],
  ])("%s", (_what, make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});
