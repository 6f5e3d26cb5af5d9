import "../device.js";
import { gradcheck } from "@flambeau/autograd";
import { ArgumentError, noGrad, ones, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { Identity, Linear, LSTM, Module, Sequential } from "../../src/index.js";
import { close, values } from "../kit.js";

class Product extends Module {
  override forward(a: Tensor, b: Tensor): Tensor {
    return a.mul(b);
  }
}

describe("forward hooks", () => {
  it("see arguments and output in the order registered, and may replace them", () => {
    const product = new Product();
    const order: string[] = [];
    product.registerForwardPreHook((module, args) => {
      expect(module).toBe(product);
      order.push("pre");
      return [args[0], (args[1] as Tensor).add(1)];
    });
    product.registerForwardHook((_, args, output) => {
      order.push(`first ${values(args[1] as Tensor)} ${values(output as Tensor)}`);
      return (output as Tensor).mul(10);
    });
    product.registerForwardHook((_, __, output) => {
      order.push(`second ${values(output as Tensor)}`);
    });
    product.registerForwardHook(() => void order.push("zeroth"), { prepend: true });
    close(product.forward(tensor([2]), tensor([4])), [100]);
    expect(order).toEqual(["pre", "zeroth", "first 5 10", "second 100"]);
  });

  it("take a single value in place of a single argument", () => {
    const layer = new Identity();
    layer.registerForwardPreHook((_, [x]) => (x as Tensor).neg());
    close(layer.forward(ones([1])), [-1]);
  });

  it("end when removed, each registration by its own handle", () => {
    const layer = new Identity();
    let calls = 0;
    const hook = (): void => void calls++;
    const [a, b] = [layer.registerForwardHook(hook), layer.registerForwardHook(hook)];
    layer.forward(ones([1]));
    a.remove();
    a.remove();
    layer.forward(ones([1]));
    expect(calls).toBe(3);
    b.remove();
    layer.forward(ones([1]));
    expect(calls).toBe(3);
    expect(Object.hasOwn(layer, "forward")).toBe(false);
  });

  it("run for modules that others call, and around a forward set on the module itself", () => {
    const inner = new Linear(1, 1);
    const model = new Sequential(inner, new Identity());
    let seen = 0;
    inner.registerForwardHook(() => void seen++);
    model.forward(ones([1, 1]));
    expect(seen).toBe(1);

    const layer = new Identity();
    layer.forward = (x) => x.mul(2);
    const handle = layer.registerForwardHook((_, __, y) => (y as Tensor).add(1));
    close(layer.forward(ones([1])), [3]);
    layer.forward = (x) => x.mul(5);
    close(layer.forward(ones([1])), [6]);
    handle.remove();
    close(layer.forward(ones([1])), [5]);
  });

  it("are not in the way where there are none: forward is the class's own", () => {
    class Failing extends Module {
      override forward(): never {
        throw new Error("stop");
      }
    }
    const caller = (): void => new Failing().forward();
    let stack = "";
    try {
      caller();
    } catch (error) {
      stack = (error as Error).stack as string;
    }
    const frames = stack
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(" ")[1]);
    expect(frames.slice(0, 2)).toEqual(["Failing.forward", "caller"]);
  });

  it("must be functions", () => {
    expect(() => new Identity().registerForwardHook(3 as never)).toThrow(ArgumentError);
  });
});

describe("full backward hooks", () => {
  it("see the gradients of arguments and outputs, and may replace the former", () => {
    const product = new Product();
    const seen: unknown[] = [];
    const handle = product.registerFullBackwardHook((module, gradInput, gradOutput) => {
      expect(module).toBe(product);
      seen.push([...gradInput, ...gradOutput].map((g) => g?.arraySync() ?? null));
      return [(gradInput[0] as Tensor).mul(100), null];
    });
    const a = tensor([2, 3], { requiresGrad: true });
    const b = tensor([5, 7], { requiresGrad: true });
    product
      .forward(a, b)
      .mul(tensor([1, 10]))
      .sum()
      .backward();
    expect(seen).toEqual([
      [
        [5, 70],
        [2, 30],
        [1, 10],
      ],
    ]);
    close(a.grad, [500, 7000]);
    expect(b.grad).toBeNull();
    handle.remove();
    a.grad = null;
    product.forward(a, b).sum().backward();
    close(a.grad, [5, 7]);
  });

  it("run where no argument needs a gradient, with null for each", () => {
    const layer = new Linear(2, 1, { bias: false });
    const seen: unknown[] = [];
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push(gradInput, gradOutput[0]?.arraySync());
    });
    layer
      .forward(tensor([[3, 4]]))
      .sum()
      .backward();
    expect(seen).toEqual([[null], [[1]]]);
    close(layer.weight.grad, [3, 4]);
  });

  it("come after pre-hooks, which replace the gradients of the outputs for the module as well", () => {
    const layer = new Linear(2, 1, { bias: false });
    const order: string[] = [];
    layer.registerFullBackwardPreHook((_, [g]) => {
      order.push("pre");
      return [(g as Tensor).mul(2)];
    });
    layer.registerFullBackwardHook((_, __, [g]) => void order.push(`full ${values(g as Tensor)}`));
    const x = tensor([[3, 4]], { requiresGrad: true });
    layer.forward(x).sum().backward();
    expect(order).toEqual(["pre", "full 2"]);
    close(layer.weight.grad, [6, 8]);
  });

  it("take part in higher derivatives", () => {
    const product = new Product();
    product.registerFullBackwardHook(() => undefined);
    const x = tensor([0.5, 2], { dtype: "float64", requiresGrad: true });
    expect(gradcheck((t) => product.forward(t, t.square()), [x])).toBe(true);
  });

  it("see several outputs by position, and leave what is no tensor alone", () => {
    const lstm = new LSTM(1, 2);
    const counts: number[] = [];
    lstm.registerFullBackwardHook((_, gradInput, gradOutput) => {
      counts.push(gradInput.length, gradOutput.length);
      expect([gradOutput[0]?.shape, gradOutput[1]]).toEqual([[3, 1, 2], null]);
    });
    const [y] = lstm.forward(ones([3, 1, 1]).requiresGrad_());
    y.sum().backward();
    expect(counts).toEqual([1, 2]);
  });

  it("do nothing without a tape, and refuse gradients that do not match", () => {
    const layer = new Identity();
    layer.registerFullBackwardHook(() => [null, null]);
    expect(noGrad(() => layer.forward(ones([1]))).requiresGrad).toBe(false);
    const x = ones([1]).requiresGrad_();
    expect(() => layer.forward(x).sum().backward()).toThrow(/expected an array of 1 gradients.*got 2/);
  });
});
