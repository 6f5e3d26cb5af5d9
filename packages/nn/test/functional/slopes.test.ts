import "../device.js";
import { grad } from "@flambeau/autograd";
import { special, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import * as F from "../../src/functional/index.js";
import { close, values } from "../kit.js";

const slopes = (run: (x: Tensor) => Tensor, ...at: number[]): number[] => {
  const x = tensor(at).requiresGrad_();
  return values(grad([run(x).sum()], [x])[0] as Tensor);
};

describe("slopes where pieces meet, as PyTorch defines them", () => {
  it("of units with an exponential below 0", () => {
    expect(slopes((x) => F.elu(x, 0.5), 0, Number.NaN)).toEqual([0.5, 1]);
    expect(slopes((x) => F.celu(x, 0.8), 0, Number.NaN)).toEqual([1, 1]);
    close(tensor(slopes((x) => F.selu(x), 0)), [1.7580993408473766]);
  });

  it("of limited ones", () => {
    expect(slopes((x) => F.relu6(x), 0, 3, 6)).toEqual([0, 1, 0]);
    expect(slopes((x) => F.hardtanh(x), -1, 0, 1)).toEqual([0, 1, 0]);
    close(tensor(slopes((x) => F.hardsigmoid(x), -3, 0, 3)), [0, 1 / 6, 0]);
    expect(slopes((x) => x.clamp(-1, 1), -1, 0, 1, 2, Number.NaN)).toEqual([1, 1, 1, 0, 0]);
    expect(slopes((x) => F.relu(x), 0, 1, Number.NaN)).toEqual([0, 1, 1]);
    expect(values(F.hardtanh(tensor([-2, 0, 2]), 0.5, -0.5))).toEqual([-0.5, -0.5, -0.5]);
  });

  it("of special functions at 0 and outside their domain", () => {
    close(tensor(slopes(special.erfcx, 0)), [-2 / Math.sqrt(Math.PI)]);
    close(tensor(slopes(special.besselJ1, 0)), [0.5]);
    expect(slopes(special.entr, -1, 0, 1)).toEqual([Number.NaN, Number.POSITIVE_INFINITY, -1]);
    expect(slopes((x) => x.logit(), -0.5, 1.5)).toEqual([Number.NaN, Number.NaN]);
    expect(slopes(special.ndtri, -0.5, 1.5)).toEqual([Number.NaN, Number.NaN]);
  });

  it("of the incomplete gamma functions, twice", () => {
    const a = tensor([3], { dtype: "float64" });
    const x = tensor([1.5], { dtype: "float64" }).requiresGrad_();
    const density = (1.5 ** 2 * Math.exp(-1.5)) / 2;
    const [first] = grad([a.igamma(x)], [x], { createGraph: true });
    close(first, [density], 1e-12);
    close(grad([first as Tensor], [x])[0], [density * (2 / 1.5 - 1)], 1e-12);
    close(grad([a.igammac(x)], [x])[0], [-density], 1e-12);
    expect(() => a.clone().requiresGrad_().igamma(x)).toThrow(/first argument/);
  });
});
