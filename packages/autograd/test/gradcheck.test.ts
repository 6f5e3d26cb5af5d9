import "./device.js";
import { defineFunction, gradcheck, gradgradcheck } from "@flambeau/autograd";
import { AutogradError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { samples } from "./samples.js";

describe.each(Object.entries(samples).filter(([, list]) => list.length > 0))("%s", (_, list) => {
  it.each(list.map((sample) => [sample.what, sample] as const))(
    "%s: first derivative",
    (_, { f, inputs }) => {
      expect(gradcheck(f, inputs())).toBe(true);
    },
  );
  it.each(list.map((sample) => [sample.what, sample] as const))(
    "%s: second derivative",
    (_, { f, inputs }) => {
      expect(gradgradcheck(f, inputs())).toBe(true);
    },
  );
});

describe("gradcheck", () => {
  const x = (): Tensor => tensor([1, 2, 3], { dtype: "float64", requiresGrad: true });

  it("names the element and both values where a gradient is wrong", () => {
    const wrong = defineFunction({
      forward: (_, v: Tensor) => v.square(),
      backward: (_, g) => g,
    });
    expect(() => gradcheck((v) => wrong(v as Tensor), [x()])).toThrow(AutogradError);
    expect(() => gradcheck((v) => wrong(v as Tensor), [x()])).toThrow(
      /3 gradient elements differ.*input 0 of shape \[3\], element 0: gradient/,
    );
  });

  it("sees a gradient that is right but whose own is missing", () => {
    const once = defineFunction({
      forward: (ctx, v: Tensor) => {
        ctx.saveForBackward(v);
        return v.square();
      },
      backward: (ctx, g) => g.mul((ctx.savedTensors[0] as Tensor).detach()).mul(2),
    });
    expect(gradcheck((v) => once(v as Tensor), [x()])).toBe(true);
    expect(() => gradgradcheck((v) => once(v as Tensor), [x()])).toThrow(AutogradError);
  });

  it("refuses float32, whose differences say nothing", () => {
    expect(() => gradcheck((v) => (v as Tensor).square(), [tensor([1], { requiresGrad: true })])).toThrow(
      /float64/,
    );
  });
});
