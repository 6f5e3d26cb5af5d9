import "../device.js";
import { ArgumentError, manualSeed, randn, type Tensor } from "@flambeau/core";
import { expect, it } from "vitest";
import * as nn from "../../src/index.js";
import { close } from "../kit.js";

/** A normalisation that has seen something and learned something. */
function seasoned<N extends nn.BatchNorm1d | nn.BatchNorm2d>(norm: N, x: Tensor): N {
  nn.init.uniform_(norm.weight as Tensor, 0.5, 2);
  nn.init.normal_(norm.bias as Tensor);
  norm.forward(x.mul(3).add(1));
  norm.eval();
  return norm;
}

it("a convolution with its normalisation folded in gives the same", () => {
  manualSeed(0);
  for (const options of [{ groups: 2 }, { bias: false, padding: 1 }]) {
    const conv = new nn.Conv2d(4, 6, 3, options).eval();
    const x = randn(2, 4, 5, 5);
    const norm = seasoned(new nn.BatchNorm2d(6), conv.forward(x));
    const before = conv.stateDict();
    const fused = nn.utils.fuseConvBnEval(conv, norm);
    expect(fused).toBeInstanceOf(nn.Conv2d);
    close(fused.forward(x), norm.forward(conv.forward(x)).arraySync(), 2e-5);
    close(conv.weight, before.weight?.arraySync() as number[]);
  }
});

it("so does a linear layer", () => {
  const linear = new nn.Linear(3, 5).eval();
  const x = randn(4, 3);
  const norm = seasoned(new nn.BatchNorm1d(5), linear.forward(x));
  close(
    nn.utils.fuseLinearBnEval(linear, norm).forward(x),
    norm.forward(linear.forward(x)).arraySync(),
    2e-5,
  );
});

it("layers in training, of other sizes or without statistics are errors", () => {
  const conv = new nn.Conv2d(1, 2, 1).eval();
  expect(() => nn.utils.fuseConvBnEval(conv, new nn.BatchNorm2d(2))).toThrow(ArgumentError);
  expect(() => nn.utils.fuseConvBnEval(conv, new nn.BatchNorm2d(3).eval())).toThrow(
    /2 features, got one of 3/,
  );
  const untracked = new nn.BatchNorm2d(2, { trackRunningStats: false }).eval();
  expect(() => nn.utils.fuseConvBnEval(conv, untracked)).toThrow(/running statistics/);
});
