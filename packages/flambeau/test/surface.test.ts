/** The umbrella offers everything under one name, on a device that computes. */
import * as fb from "flambeau";
import { describe, expect, it } from "vitest";

const offered: Readonly<Record<string, unknown>> = { ...fb };

describe('import * as fb from "flambeau"', () => {
  it("offers tensors, gradients and devices at the top", () => {
    for (const name of ["tensor", "zeros", "arange", "rand", "randn", "cat", "where", "matmul", "conv2d"])
      expect(typeof offered[name], name).toBe("function");
    for (const name of ["noGrad", "grad", "backward", "gradcheck", "checkpoint", "Function", "manualSeed"])
      expect(typeof offered[name], name).toBe("function");
    for (const name of [
      "pointwise",
      "rowwise",
      "scope",
      "keep",
      "open",
      "setDefaultDevice",
      "registeredBackends",
    ])
      expect(typeof offered[name], name).toBe("function");
    expect(Object.keys(fb)).toEqual(
      expect.arrayContaining([
        "nn",
        "optim",
        "data",
        "formats",
        "linalg",
        "special",
        "Tensor",
        "FlambeauError",
      ]),
    );
  });

  it("offers modules, optimizers, loaders and files as namespaces", () => {
    expect(Object.keys(fb.nn)).toEqual(
      expect.arrayContaining([
        "Module",
        "Parameter",
        "Linear",
        "functional",
        "init",
        "utils",
        "LSTM",
        "Transformer",
      ]),
    );
    expect(Object.keys(fb.optim)).toEqual(expect.arrayContaining(["SGD", "Adam", "AdamW", "lrScheduler"]));
    expect(Object.keys(fb.data)).toEqual(
      expect.arrayContaining(["DataLoader", "TensorDataset", "randomSplit"]),
    );
    expect(Object.keys(fb.formats)).toEqual(expect.arrayContaining(["saveSafetensors", "loadSafetensors"]));
  });

  it("has a device by default that was registered by the import", () => {
    expect(fb.registeredBackends()).toContain("cpu");
    expect(String(fb.defaultDevice())).toBe("cpu");
    expect(
      fb
        .tensor([
          [1, 2],
          [3, 4],
        ])
        .matmul(fb.ones([2, 1]))
        .arraySync(),
    ).toEqual([[3], [7]]);
  });

  it("has methods on tensors from every package", () => {
    const x = fb.tensor([1, 4], { requiresGrad: true });
    fb.nn.functional.gelu(x.sqrt()).sum().backward();
    expect(x.grad?.shape).toEqual([2]);
    expect(fb.noGrad(() => x.mul(2)).requiresGrad).toBe(false);
  });
});
