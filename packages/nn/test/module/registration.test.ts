import "../device.js";
import { ArgumentError, ones, type Tensor, zeros } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { BatchNorm1d, Linear, Module, ModuleList, Parameter, Sequential } from "../../src/index.js";

class Block extends Module {
  readonly scaleBy = new Parameter(ones([2]));
  readonly normOne = new BatchNorm1d(2);
  readonly linear = new Linear(2, 2, { bias: false });
  override forward(x: Tensor): Tensor {
    return this.linear.forward(this.normOne.forward(x.mul(this.scaleBy)));
  }
}

class Tied extends Module {
  readonly first = new Linear(2, 2, { bias: false });
  readonly second = new Linear(2, 2, { bias: false });
  readonly again = this.first;
  constructor() {
    super();
    this.second.weight = this.first.weight;
  }
  override forward(x: Tensor): Tensor {
    return this.second.forward(this.first.forward(x));
  }
}

const names = (pairs: readonly (readonly [string, unknown])[]): string[] => pairs.map(([name]) => name);

describe("names", () => {
  it("are PyTorch's, own parameters before those of modules, buffers behind them", () => {
    const model = new Sequential(new Block());
    expect(names(model.namedParameters())).toEqual([
      "0.scale_by",
      "0.norm_one.weight",
      "0.norm_one.bias",
      "0.linear.weight",
    ]);
    expect(names(model.namedBuffers())).toEqual([
      "0.norm_one.running_mean",
      "0.norm_one.running_var",
      "0.norm_one.num_batches_tracked",
    ]);
    expect(Object.keys(model.stateDict())).toEqual([
      "0.scale_by",
      "0.norm_one.weight",
      "0.norm_one.bias",
      "0.norm_one.running_mean",
      "0.norm_one.running_var",
      "0.norm_one.num_batches_tracked",
      "0.linear.weight",
    ]);
    expect(names(model.namedModules())).toEqual(["", "0", "0.norm_one", "0.linear"]);
  });

  it("keep what is not camelCase", () => {
    class Odd extends Module {
      readonly A_log = new Parameter(ones([1]));
      readonly W = new Parameter(ones([1]));
      readonly layer2Norm = new Parameter(ones([1]));
      override forward(): void {}
    }
    expect(names(new Odd().namedParameters())).toEqual(["A_log", "W", "layer2_norm"]);
  });

  it("take a prefix, and stay in the module without recurse", () => {
    const block = new Block();
    expect(names(block.namedParameters({ prefix: "model", recurse: false }))).toEqual(["model.scale_by"]);
    expect(names(block.namedBuffers({ recurse: false }))).toEqual([]);
    expect(Object.keys(block.stateDict({ prefix: "model." }))[0]).toBe("model.scale_by");
  });
});

describe("what is held twice", () => {
  it("is listed once, and saved under each name", () => {
    const model = new Tied();
    expect(names(model.namedParameters())).toEqual(["first.weight"]);
    expect(names(model.namedModules())).toEqual(["", "first", "second"]);
    expect(names(model.namedChildren())).toEqual(["first", "second"]);
    expect(Object.keys(model.stateDict())).toEqual(["first.weight", "second.weight", "again.weight"]);
  });
});

describe("registering", () => {
  it("adds members whose names are known at run time only", () => {
    const model = new Tied();
    model.addModule("thirdLayer", new Linear(2, 3));
    model.registerModule("fourth", null);
    model.registerParameter("gain", new Parameter(ones([1])));
    model.registerBuffer("steps", zeros([1]), { persistent: false });
    expect(names(model.namedParameters())).toContain("third_layer.bias");
    expect(names(model.namedParameters())).toContain("gain");
    expect(names(model.namedBuffers())).toEqual(["steps"]);
    expect(Object.keys(model.stateDict())).not.toContain("steps");
    Reflect.deleteProperty(model, "thirdLayer");
    expect(names(model.namedParameters())).not.toContain("third_layer.bias");
  });

  it("refuses names that would hide something, and values of another kind", () => {
    const model = new Tied();
    expect(() => model.registerParameter("forward", new Parameter(ones([1])))).toThrow(
      'registerParameter: Tied already has a member "forward"',
    );
    expect(() => model.addModule("a.b", new Tied())).toThrow(ArgumentError);
    expect(() => model.registerBuffer("first", ones([1]))).toThrow(ArgumentError);
    expect(() => model.registerParameter("p", ones([1]) as Parameter)).toThrow(
      /expected a Parameter for "p"/,
    );
    expect(() => model.addModule("m", 3 as never)).toThrow(/expected a module for "m", got number/);
    model.addModule("first", new Linear(2, 2));
    expect(names(model.namedParameters())).toContain("first.bias");
  });
});

describe("paths", () => {
  const model = new Sequential(new Block(), new Block());

  it("lead to modules, parameters and buffers, by key or property name", () => {
    const [, second] = model.toArray() as [Block, Block];
    expect(model.getSubmodule("")).toBe(model);
    expect(model.getSubmodule("1.norm_one")).toBe(second.normOne);
    expect(model.getSubmodule("1.normOne")).toBe(second.normOne);
    expect(model.getParameter("1.scale_by")).toBe(second.scaleBy);
    expect(model.getParameter("1.linear.weight")).toBe(second.linear.weight);
    expect(model.getBuffer("1.norm_one.runningMean")).toBe(second.normOne.runningMean);
  });

  it("that end nowhere are errors that say where", () => {
    expect(() => model.getSubmodule("1.norm.x")).toThrow(
      'getSubmodule: no module "norm" in 1, whose modules are norm_one, linear',
    );
    expect(() => model.getParameter("1.linear.bias")).toThrow(
      'getParameter: nothing at "1.linear.bias"; there are weight',
    );
    expect(() => model.getBuffer("1.x")).toThrow(ArgumentError);
  });
});

it("arrays do not register what they hold, ModuleList does", () => {
  class Lists extends Module {
    readonly plain = [new Linear(1, 1)];
    readonly held = new ModuleList([new Linear(1, 1)]);
    override forward(): void {}
  }
  expect(names(new Lists().namedParameters())).toEqual(["held.0.weight", "held.0.bias"]);
});
