import "../device.js";
import { ArgumentError, IndexError, ones, tensor } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import {
  Identity,
  Linear,
  ModuleDict,
  ModuleList,
  Parameter,
  ParameterDict,
  ParameterList,
  ReLU,
  Sequential,
  Tanh,
} from "../../src/index.js";
import { close } from "../kit.js";

const kinds = (list: Iterable<object>): string[] => [...list].map((m) => m.constructor.name);
const keys = (module: Sequential | ModuleList): string[] => module.namedChildren().map(([name]) => name);

describe("Sequential", () => {
  it("chains by position or name", () => {
    const x = tensor([-1, 2]);
    close(new Sequential().forward(x), [-1, 2]);
    close(new Sequential(new ReLU(), new Tanh()).forward(x), [0, Math.tanh(2)]);
    const named = new Sequential({ act: new ReLU(), last: new Linear(2, 1) });
    expect(Object.keys(named.stateDict())).toEqual(["last.weight", "last.bias"]);
  });

  it("is edited as a list, keys staying positions", () => {
    const model = new Sequential(new ReLU(), new Tanh());
    model.append(new Identity()).insert(1, new Linear(2, 2)).set(-1, new ReLU());
    expect(kinds(model)).toEqual(["ReLU", "Linear", "Tanh", "ReLU"]);
    expect(keys(model)).toEqual(["0", "1", "2", "3"]);
    expect(model.pop(0)).toBeInstanceOf(ReLU);
    expect(model.pop()).toBeInstanceOf(ReLU);
    expect(Object.keys(model.stateDict())).toEqual(["0.weight", "0.bias"]);
    model.extend(new Sequential(new Identity()));
    expect(kinds(model.slice(1))).toEqual(["Tanh", "Identity"]);
    expect(model.slice(0, 1).at(0)).toBe(model.at(0));
    model.addModule("extra", new ReLU());
    expect(keys(model)).toEqual(["0", "1", "2", "extra"]);
    expect([model.length, kinds([model.at(-1)])[0]]).toEqual([4, "ReLU"]);
  });

  it("runs a module listed twice twice, and counts its parameters once", () => {
    const layer = new Linear(1, 1, { bias: false });
    const model = new Sequential(layer, layer);
    layer.loadStateDict({ weight: tensor([[3]]) });
    close(model.forward(ones([1, 1])), [9]);
    expect(model.parameters().length).toBe(1);
    expect(Object.keys(model.stateDict())).toEqual(["0.weight", "1.weight"]);
  });

  it("refuses what is no module and positions that are not there", () => {
    expect(() => new Sequential(new ReLU(), 3 as never)).toThrow(ArgumentError);
    expect(() => new Sequential(new ReLU()).append(null as never)).toThrow(
      "Sequential: expected modules, got null",
    );
    expect(() => new Sequential(new ReLU()).at(1)).toThrow("Sequential: index 1 is out of range for 1 items");
    expect(() => new Sequential().pop()).toThrow(IndexError);
  });
});

describe("ModuleList and ModuleDict", () => {
  it("hold what a model calls by itself", () => {
    const list = new ModuleList([new Linear(1, 1)]);
    list
      .append(new Linear(1, 2))
      .extend([new Linear(1, 3)])
      .insert(0, new Linear(1, 9));
    expect([...list].map((m) => m.outFeatures)).toEqual([9, 1, 2, 3]);
    expect(list.slice(-2).length).toBe(2);
    expect(keys(list)).toEqual(["0", "1", "2", "3"]);
    expect(() => list.forward()).toThrow(/ModuleList.*no forward/);

    const dict = new ModuleDict<ReLU | Tanh>({ relu: new ReLU() });
    dict.set("tanh", new Tanh()).update([["other", new ReLU()]]);
    expect([...dict.keys(), dict.size, dict.has("x")]).toEqual(["relu", "tanh", "other", 3, false]);
    expect(dict.pop("other")).toBeInstanceOf(ReLU);
    expect([...dict].map(([name]) => name)).toEqual(["relu", "tanh"]);
    expect(() => dict.get("gelu")).toThrow('ModuleDict: no module "gelu"; there are relu, tanh');
    expect(() => dict.set("a.b", new ReLU())).toThrow(ArgumentError);
    dict.clear();
    expect(dict.children()).toEqual([]);
  });

  it("are walked like any module", () => {
    const model = new ModuleDict({ heads: new ModuleList([new Linear(1, 1), new Linear(1, 1)]) });
    expect(model.namedParameters().map(([name]) => name)).toEqual([
      "heads.0.weight",
      "heads.0.bias",
      "heads.1.weight",
      "heads.1.bias",
    ]);
    model.eval();
    expect(model.modules().every((m) => !m.training)).toBe(true);
  });
});

describe("ParameterList and ParameterDict", () => {
  it("make tensors learnable and name them", () => {
    const shared = new Parameter(ones([2]));
    const list = new ParameterList([ones([1]), shared]).append(ones([3]));
    expect(list.namedParameters().map(([name, p]) => [name, p.requiresGrad])).toEqual([
      ["0", true],
      ["1", true],
      ["2", true],
    ]);
    expect(list.at(1)).toBe(shared);
    expect(list.set(-1, ones([4])).at(2).shape).toEqual([4]);
    expect(() => list.at(3)).toThrow(IndexError);

    const dict = new ParameterDict({ left: ones([1]), right: shared });
    expect(Object.keys(dict.stateDict())).toEqual(["left", "right"]);
    expect(dict.get("right")).toBe(shared);
    expect(() => dict.get("up")).toThrow(/there are left, right/);
    dict.pop("left");
    expect(dict.parameters()).toEqual([shared]);
  });
});
