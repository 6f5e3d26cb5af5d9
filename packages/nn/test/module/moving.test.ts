import "../device.js";
import { DisposedError, DTypeError, ones, type Tensor, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { BatchNorm1d, Dropout, Linear, Module, Sequential } from "../../src/index.js";
import { close } from "../kit.js";

const model = (): Sequential =>
  new Sequential(new Linear(2, 3), new Sequential(new Dropout(0.5), new BatchNorm1d(3)));

describe("modes", () => {
  it("reach every module below", () => {
    const net = model();
    expect(net.modules().map((m) => m.training)).toEqual(new Array(5).fill(true));
    expect(net.eval()).toBe(net);
    expect(net.modules().map((m) => m.training)).toEqual(new Array(5).fill(false));
    net.getSubmodule("1").train();
    expect(net.modules().map((m) => m.training)).toEqual([false, false, true, true, true]);
  });

  it("apply calls children first", () => {
    const order: string[] = [];
    model().apply((m) => void order.push(m.constructor.name));
    expect(order).toEqual(["Linear", "Dropout", "BatchNorm1d", "Sequential", "Sequential"]);
  });

  it("requiresGrad_ and zeroGrad act on all parameters", () => {
    const layer = new Linear(2, 1);
    layer
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect(layer.parameters().map((p) => p.grad !== null)).toEqual([true, true]);
    layer.zeroGrad();
    expect(layer.parameters().map((p) => p.grad)).toEqual([null, null]);
    layer.requiresGrad_(false);
    expect(layer.forward(ones([1, 2])).requiresGrad).toBe(false);
  });
});

describe("to", () => {
  it("converts parameters, gradients and float buffers in place, and no integers", () => {
    const net = new Sequential(new Linear(2, 3), new BatchNorm1d(3));
    const parameters = net.parameters();
    const counter = net.getBuffer("1.num_batches_tracked");
    counter.fill_(70_001); // more than float16 holds
    net
      .forward(
        tensor([
          [1, 2],
          [3, 5],
        ]),
      )
      .sum()
      .backward();
    net.half();
    expect(net.parameters()).toEqual(parameters);
    expect(net.parameters().map((p) => [p.dtype, p.grad?.dtype])).toEqual(
      new Array(4).fill(["float16", "float16"]),
    );
    expect(net.buffers().map((b) => b.dtype)).toEqual(["float16", "float16", "int64"]);
    expect(net.getBuffer("1.num_batches_tracked").itemSync()).toBe(70_002);
    net.to({ dtype: "float64" });
    expect(
      net.forward(
        tensor(
          [
            [1, 2],
            [3, 5],
          ],
          { dtype: "float64" },
        ),
      ).dtype,
    ).toBe("float64");
  });

  it("goes on collecting gradients in the new dtype", () => {
    const layer = new Linear(2, 1, { bias: false });
    layer
      .forward(ones([1, 2]))
      .sum()
      .backward();
    layer.double();
    layer.zeroGrad();
    layer
      .forward(tensor([[3, 4]], { dtype: "float64" }))
      .sum()
      .backward();
    expect(layer.weight.grad?.dtype).toBe("float64");
    close(layer.weight.grad, [3, 4]);
  });

  it("takes a device by name and another tensor, and refuses integer dtypes", () => {
    const layer = new Linear(1, 1).to("reference");
    expect(layer.weight.device.toString()).toContain("reference");
    expect(layer.to(tensor([1], { dtype: "float64" })).weight.dtype).toBe("float64");
    expect(() => layer.to("int32")).toThrow(DTypeError);
    expect(() => layer.to("nowhere" as "cpu")).toThrow(/"nowhere"/);
    expect(layer.weight.dtype).toBe("float64");
  });
});

describe("clone", () => {
  class Tied extends Module {
    readonly a = new Linear(1, 1, { bias: false });
    readonly b = new Linear(1, 1, { bias: false });
    readonly sizes = [1, 2];
    readonly norm = new BatchNorm1d(1);
    constructor() {
      super();
      this.b.weight = this.a.weight;
    }
    override forward(x: Tensor): Tensor {
      return this.b.forward(this.a.forward(x));
    }
  }

  it("has parameters and buffers of its own, tied as in the original", () => {
    const original = new Tied();
    original.loadStateDict({ "a.weight": tensor([[2]]), "b.weight": tensor([[3]]) }, { strict: false });
    original
      .forward(ones([1, 1]))
      .sum()
      .backward();
    const copy = original.clone();
    expect(copy).toBeInstanceOf(Tied);
    expect(copy.a.weight).toBe(copy.b.weight);
    expect(copy.a.weight).not.toBe(original.a.weight);
    expect(Object.keys(copy.stateDict())).toEqual(Object.keys(original.stateDict()));
    close(copy.a.weight.grad, [6]);
    copy.a.weight.detach().fill_(5);
    copy.norm.runningMean?.fill_(7);
    copy.sizes.push(3);
    close(copy.forward(ones([1, 1])), [25]);
    close(original.forward(ones([1, 1])), [9]);
    close(original.norm.runningMean, [0]);
    expect(original.sizes).toEqual([1, 2]);
  });

  it("takes hooks along, which then see the copy", () => {
    const original = new Linear(1, 1);
    const seen: unknown[] = [];
    const handle = original.registerForwardHook((module) => void seen.push(module));
    const copy = original.clone();
    copy.forward(ones([1, 1]));
    handle.remove();
    copy.forward(ones([1, 1]));
    original.forward(ones([1, 1]));
    expect(seen).toEqual([copy, copy]);
  });

  it("keeps frozen parameters frozen", () => {
    expect(new Linear(1, 1).requiresGrad_(false).clone().weight.requiresGrad).toBe(false);
  });
});

it("a disposed module says so when it is used", () => {
  const layer = new Linear(2, 2);
  layer.dispose();
  expect(() => layer.forward(ones([1, 2]))).toThrow(DisposedError);
});
