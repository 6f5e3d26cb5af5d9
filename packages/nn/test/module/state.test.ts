import "../device.js";
import { ArgumentError, DisposedError, ones, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { BatchNorm1d, Linear, Module, Sequential } from "../../src/index.js";
import { close, values } from "../kit.js";

const model = (): Sequential => new Sequential(new Linear(2, 3), new BatchNorm1d(3));

function changed(
  state: Record<string, Tensor>,
  changes: Record<string, Tensor | null>,
): Record<string, Tensor> {
  const entries = Object.entries({ ...state, ...changes }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as Record<string, Tensor>;
}

/** Whether loading throws what is expected and leaves every value as it was. */
function refused(state: Record<string, Tensor>, strict: boolean, error: unknown): void {
  const target = model();
  const before = Object.entries(target.stateDict()).map(([, x]) => values(x));
  expect(() => target.loadStateDict(state, { strict })).toThrow(error as Error);
  expect(Object.entries(target.stateDict()).map(([, x]) => values(x))).toEqual(before);
}

describe("stateDict", () => {
  it("shares the module's memory and no history", () => {
    const layer = new Linear(2, 1);
    const { weight } = layer.stateDict() as { weight: Tensor };
    expect(weight.requiresGrad).toBe(false);
    weight.fill_(5);
    close(layer.weight, [5, 5]);
  });
});

describe("loadStateDict", () => {
  it("copies all values, converted, into the parameters that are there", () => {
    const [from, to] = [model(), model().double()];
    const weights = to.parameters();
    from.forward(
      tensor([
        [1, 2],
        [3, 5],
      ]),
    ); // so that running statistics and the counter differ from a new model's
    expect(to.loadStateDict(from.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(to.parameters()).toEqual(weights);
    for (const [key, value] of Object.entries(from.stateDict())) {
      const loaded = to.stateDict()[key] as Tensor;
      expect(values(loaded)).toEqual(values(value));
      expect(loaded.dtype).toBe(value.dtype === "float32" ? "float64" : "int64");
    }
    expect((to.stateDict()["1.num_batches_tracked"] as Tensor).itemSync()).toBe(1);
  });

  it("names all missing and unknown keys and misfits, and changes nothing", () => {
    const state = changed(model().stateDict(), {
      "0.bias": null,
      "1.running_var": null,
      "0.extra": ones([1]),
      "0.weight": ones([2, 3]),
    });
    refused(state, true, ArgumentError);
    refused(
      state,
      true,
      "loadStateDict: the state does not match Sequential: missing keys 0.bias, 1.running_var; unknown keys 0.extra; " +
        '"0.weight" has shape [3, 2], got a value of shape [2, 3]',
    );
  });

  it("names all values that do not fit, also when it is not strict", () => {
    const state = changed(model().stateDict(), { "0.weight": ones([2, 3]), "1.bias": ones([]) });
    refused(state, true, ShapeError);
    refused(
      state,
      false,
      /"0.weight" has shape \[3, 2\].*"1.bias" has shape \[3\], got a value of shape \[\]/,
    );
  });

  it("reports what it left out when it is not strict, and loads the rest", () => {
    const target = model();
    const state = changed(model().stateDict(), {
      "0.bias": null,
      other: ones([1]),
      "0.weight": ones([3, 2]),
    });
    expect(target.loadStateDict(state, { strict: false })).toEqual({
      missingKeys: ["0.bias"],
      unexpectedKeys: ["other"],
    });
    close(target.getParameter("0.weight"), [1, 1, 1, 1, 1, 1]);
  });

  it("refuses what is no tensor or no longer one", () => {
    const dead = ones([3, 2]);
    dead.dispose();
    refused(changed(model().stateDict(), { "0.weight": dead }), true, DisposedError);
    refused(
      { ...model().stateDict(), "0.weight": [1, 2] as never },
      true,
      /expected a tensor for "0.weight"/,
    );
  });

  it("keeps gradients flowing to the same parameters", () => {
    const layer = new Linear(2, 1);
    layer
      .forward(ones([1, 2]))
      .sum()
      .backward();
    layer.loadStateDict({ weight: tensor([[3, 4]]), bias: tensor([1]) });
    expect(layer.weight.requiresGrad).toBe(true);
    close(layer.weight.grad, [1, 1]);
    close(layer.forward(ones([1, 2])), [8]);
  });

  it("loads tied parameters under each of their names", () => {
    class Tied extends Module {
      readonly a = new Linear(1, 1, { bias: false });
      readonly b = new Linear(1, 1, { bias: false });
      constructor() {
        super();
        this.b.weight = this.a.weight;
      }
      override forward(x: Tensor): Tensor {
        return this.b.forward(this.a.forward(x));
      }
    }
    const tied = new Tied();
    tied.loadStateDict({ "a.weight": tensor([[2]]), "b.weight": tensor([[3]]) });
    expect(tied.a.weight).toBe(tied.b.weight);
    close(tied.forward(ones([1, 1])), [9]);
  });
});
