import type { Tensor } from "@flambeau/core";
import { AutogradError, isGradEnabled, noGrad, ones, scope, tensor } from "@flambeau/core";
import { describe, expect, test } from "vitest";
import { Adam, Optimizer, type OptionTable, type ParamGroup, SGD, updateRule } from "../src/index.js";
import { leaf, optimizers, stepAlong } from "./kit.js";

const grads = [
  [0.5, -1, 2],
  [-0.3, 0.7, 0.1],
  [0.2, 0.1, -0.4],
];

// Numbers of PyTorch in float64, from the options in kit.ts.
const climbed: Readonly<Record<string, readonly number[]>> = {
  SGD: [1.045512236, -1.9692854720000004, 3.380762003],
  Adam: [1.0985349490044733, -2.063797820731891, 3.1736370303124217],
  AdamW: [1.1220100712183358, -2.0548587192479224, 3.1198605483003408],
  RMSprop: [1.6278294885571025, -2.303553099382796, 4.057252289945549],
  Adagrad: [1.0177302244317386, -1.9985170450076275, 3.0523164358350745],
  Adadelta: [1.0009367650968741, -1.9983062179463864, 3.000794108349197],
  Adamax: [1.0976934317551652, -2.069531588230378, 3.1512151049879393],
  RAdam: [1.036532786885246, -2.0437622950819674, 3.2413299180327866],
  ASGD: [0.980174724037911, -1.9013564957638658, 2.987340767061472],
  Rprop: [1.15, -2.05, 3.22],
};

test.each(Object.entries(climbed))("%s climbs with weight decay as PyTorch does", (name, expected) => {
  const param = leaf([1, -2, 3]);
  const optimizer = optimizers[name]!([param]);
  for (const grad of grads) stepAlong(optimizer, [param], [grad]);
  const got = param.detach().arraySync() as number[];
  got.forEach((value, i) => void expect(value).toBeCloseTo(expected[i]!, 8));
});

test.each(Object.keys(optimizers))(
  "%s gives the same for parameters and gradients of any strides",
  (name) => {
    const rows = [
      [1, -2, 3],
      [0.5, 0.25, -1],
    ];
    const plain = leaf(rows);
    const turned = tensor(rows, { dtype: "float64" }).t().contiguous().t().requiresGrad_();
    expect(turned.isContiguous()).toBe(false);
    const [one, other] = [optimizers[name]!([plain]), optimizers[name]!([turned])];
    for (let i = 0; i < 3; i++) {
      plain.grad = tensor([grads[i]!, grads[i]!], { dtype: "float64" });
      turned.grad = tensor(grads[i]!, { dtype: "float64" }).expand(2, 3);
      one.step();
      other.step();
    }
    expect(turned.detach().arraySync()).toEqual(plain.detach().arraySync());
  },
);

describe("a step", () => {
  test("writes in place, so that a graph from before it is refused", () => {
    const w = leaf([2, 3]);
    const optimizer = new Adam([w]);
    const stale = w.mul(w).sum();
    const before = w.storage.version;
    stepAlong(optimizer, [w], [[1, 1]]);
    expect(w.storage.version).toBe(before + 1);
    expect(() => stale.backward()).toThrow(AutogradError);
    expect(w.isLeaf && w.requiresGrad).toBe(true);
  });

  test("skips parameters without a gradient", () => {
    const [used, unused] = [leaf([1]), leaf([1])];
    const optimizer = new SGD([used, unused], { lr: 1 });
    used.grad = tensor([1], { dtype: "float64" });
    optimizer.step();
    expect([used.detach().arraySync(), unused.detach().arraySync()]).toEqual([[0], [1]]);
    expect([...optimizer.state.keys()]).toEqual([used]);
  });

  test("calls its closure with gradients enabled and returns what it returns", () => {
    const w = leaf([3]);
    const optimizer = new SGD([w], { lr: 0.5 });
    const loss = noGrad(() =>
      optimizer.step(() => {
        expect(isGradEnabled()).toBe(true);
        optimizer.zeroGrad();
        const value = w.mul(w).sum();
        value.backward();
        return value;
      }),
    );
    expect(loss.itemSync()).toBe(9);
    expect(w.detach().arraySync()).toEqual([0]);
  });

  test("keeps its state when it runs in a scope", () => {
    const w = leaf([1, 2]);
    const optimizer = new Adam([w], { amsgrad: true });
    for (let i = 0; i < 2; i++) scope(() => stepAlong(optimizer, [w], [[1, 1]]));
    expect(optimizer.state.get(w)?.expAvg.at(1).itemSync()).toBeCloseTo(0.19, 12);
  });

  test("runs its hooks around itself until they are removed", () => {
    const w = leaf([1]);
    const optimizer = new SGD([w], { lr: 1 });
    const seen: string[] = [];
    const value = (): string => String(w.detach().arraySync());
    const before = optimizer.registerStepPreHook((o) => void seen.push(`${o.name} ${value()}`));
    optimizer.registerStepPostHook(() => void seen.push(value()));
    stepAlong(optimizer, [w], [[1]]);
    before.remove();
    stepAlong(optimizer, [w], [[1]]);
    expect(seen).toEqual(["SGD 1", "0", "-1"]);
  });
});

test("zeroGrad forgets gradients, or keeps their memory and writes zeros", () => {
  const w = leaf([1, 2]);
  const optimizer = new SGD([w]);
  const grad = tensor([3, 4], { dtype: "float64" });
  w.grad = grad;
  optimizer.zeroGrad({ setToNone: false });
  expect(grad.arraySync()).toEqual([0, 0]);
  expect(w.grad?.storage).toBe(grad.storage);
  optimizer.zeroGrad();
  expect(w.grad).toBeNull();
});

test("half-precision parameters keep their dtype, and so does the state", () => {
  const w = ones([4], { dtype: "bfloat16" }).requiresGrad_();
  const optimizer = new Adam([w], { lr: 0.5 });
  stepAlong(optimizer, [w], [[1, 1, 1, 1]]);
  expect([w.dtype, optimizer.state.get(w)?.expAvg.dtype]).toEqual(["bfloat16", "bfloat16"]);
  expect(w.detach().float().arraySync()).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test("a program's own optimizer is an update rule and a class around it", () => {
  interface SignOptions {
    lr: number;
  }
  const table: OptionTable<SignOptions> = {
    lr: [0.5, { expected: "a positive number", holds: (v) => typeof v === "number" && v > 0 }],
  };
  const rule = updateRule("signDescent", {
    state: [],
    numbers: ["lr"],
    update: ({ param, grad }, { lr }) => ({ param: param.sub(grad.sign().mul(lr)) }),
  });
  class SignDescent extends Optimizer<SignOptions> {
    constructor(params: Iterable<Tensor>, options: Partial<SignOptions> = {}) {
      super("SignDescent", table, params, options);
    }
    protected begin(): object {
      return {};
    }
    protected update(param: Tensor, grad: Tensor, _: object, { lr }: ParamGroup<SignOptions>): void {
      rule(param, grad, {}, { maximize: false }, { lr });
    }
  }
  const w = leaf([1, 2, 3]);
  stepAlong(new SignDescent([w]), [w], [[7, 0, -0.1]]);
  expect(w.detach().arraySync()).toEqual([0.5, 2, 3.5]);
  expect(() => new SignDescent([w], { lr: 0 })).toThrow(
    "SignDescent: expected lr to be a positive number, got 0",
  );
});
