import { ArgumentError, ShapeError, type Tensor, tensor } from "@flambeau/core";
import { decodeState, encodeState } from "@flambeau/formats";
import { describe, expect, test } from "vitest";
import { Adam, LBFGS, type Optimizer, type OptimizerStateDict, SGD } from "../src/index.js";
import { leaf, optimizers, stepAlong } from "./kit.js";

const start = (): Tensor[] => [leaf([1, -2, 3]), leaf([[0.5], [2]])];
const grads = (step: number) => [
  [Math.sin(step), Math.cos(step), 0.3],
  [[0.1 * step], [-Math.sin(2 * step)]],
];
const values = (params: readonly Tensor[]) => params.map((param) => param.detach().arraySync());

/** Through a file's bytes, as a checkpoint goes. */
const saved = async (optimizer: Optimizer): Promise<OptimizerStateDict> =>
  decodeState<OptimizerStateDict>(await encodeState(optimizer.stateDict()));

test.each(Object.entries(optimizers))("%s goes on from a checkpoint bit for bit", async (_name, make) => {
  const params = start();
  const optimizer = make(params);
  for (let i = 0; i < 3; i++) stepAlong(optimizer, params, grads(i));
  const [checkpoint, at] = [await saved(optimizer), values(params)];

  const again = at.map((value) => leaf(value as number[]));
  const resumed = make(again);
  resumed.loadStateDict(checkpoint);
  for (let i = 3; i < 6; i++) {
    stepAlong(optimizer, params, grads(i));
    stepAlong(resumed, again, grads(i));
  }
  expect(values(again)).toEqual(values(params));

  const anew = at.map((value) => leaf(value as number[]));
  const fresh = make(anew);
  for (let i = 3; i < 6; i++) stepAlong(fresh, anew, grads(i));
  expect(values(anew)).not.toEqual(values(params));
});

test("LBFGS goes on from a checkpoint bit for bit", async () => {
  const iterate = (optimizer: LBFGS, x: Tensor): void => {
    optimizer.step(() => {
      optimizer.zeroGrad();
      const [a, b] = [x.at(0), x.at(1)];
      const loss = b.sub(a.mul(a)).square().mul(100).add(a.neg().add(1).square());
      loss.backward();
      return loss;
    });
  };
  const options = { maxIter: 4, lineSearchFn: "strong_wolfe" } as const;
  const x = leaf([-1.5, 2]);
  const optimizer = new LBFGS([x], options);
  iterate(optimizer, x);
  const y = leaf(x.detach().arraySync() as number[]);
  const resumed = new LBFGS([y], options);
  resumed.loadStateDict(await saved(optimizer));
  for (let i = 0; i < 2; i++) {
    iterate(optimizer, x);
    iterate(resumed, y);
  }
  expect(values([y])).toEqual(values([x]));
});

test("the state dict has PyTorch's structure: state by number over all groups", () => {
  const [a, b, c] = [leaf([1]), leaf([2]), leaf([3])];
  const optimizer = new Adam([{ params: [a, b] }, { params: [c], lr: 0.5 }]);
  stepAlong(optimizer, [a, c], [[1], [1]]);
  const dict = optimizer.stateDict();
  expect(Object.keys(dict.state)).toEqual(["0", "2"]);
  expect(Object.keys(dict.state[0]!)).toEqual(["step", "expAvg", "expAvgSq", "maxExpAvgSq"]);
  expect(dict.paramGroups).toEqual([
    {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      params: [0, 1],
    },
    {
      lr: 0.5,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      params: [2],
    },
  ]);
});

test("state is copied, to the parameter's dtype", () => {
  const narrow = tensor([1, 2]).requiresGrad_();
  const from = new Adam([narrow]);
  stepAlong(from, [narrow], [[0.5, 1]]);
  const wide = leaf([1, 2]);
  const to = new Adam([wide]);
  to.loadStateDict(from.stateDict());
  stepAlong(from, [narrow], [[0.5, 1]]);
  const { step, expAvg } = to.state.get(wide)!;
  expect([step, expAvg.dtype]).toEqual([1, "float64"]);
  expect(expAvg.at(0).itemSync()).toBeCloseTo(0.05, 7);
});

describe("a state that does not match is refused and changes nothing:", () => {
  const dictOf = (...params: Tensor[]): OptimizerStateDict => {
    const optimizer = new Adam(params);
    stepAlong(
      optimizer,
      params,
      params.map((param) => param.mul(2).detach().arraySync() as number[]),
    );
    return optimizer.stateDict();
  };
  const dict = dictOf(leaf([1, 2]));
  const [group] = dict.paramGroups as [OptimizerStateDict["paramGroups"][number]];
  const { lr: _, ...withoutLr } = group;
  const entry = dict.state[0]!;
  const { expAvg: __, ...withoutMean } = entry;

  test.each<[string, unknown, string, typeof ArgumentError | typeof ShapeError]>([
    ["no state dict", { groups: [] }, "expected { state, paramGroups }", ArgumentError],
    [
      "other groups",
      { ...dict, paramGroups: [group, group] },
      "expected 1 parameter groups, got a state of 2",
      ArgumentError,
    ],
    [
      "more parameters",
      dictOf(leaf([1, 2]), leaf([1])),
      "group 0 has 1 parameters, the state's has 2",
      ArgumentError,
    ],
    [
      "a missing option",
      { ...dict, paramGroups: [withoutLr] },
      "group 0 of the state lacks lr",
      ArgumentError,
    ],
    [
      "an unknown option",
      { ...dict, paramGroups: [{ ...group, rho: 1 }] },
      'unknown option "rho"',
      ArgumentError,
    ],
    [
      "an option out of range",
      { ...dict, paramGroups: [{ ...group, lr: -1 }] },
      "expected lr to be a number of at least 0, got -1",
      ArgumentError,
    ],
    [
      "state of another parameter",
      { ...dict, state: { 7: entry } },
      "the state has parameter 7, which none of its groups has",
      ArgumentError,
    ],
    [
      "missing state",
      { ...dict, state: { 0: withoutMean } },
      "parameter 0: the state lacks expAvg",
      ArgumentError,
    ],
    [
      "unknown state",
      { ...dict, state: { 0: { ...entry, momentumBuffer: null } } },
      "parameter 0: the state has unknown momentumBuffer",
      ArgumentError,
    ],
    [
      "a number for a tensor",
      { ...dict, state: { 0: { ...entry, expAvg: 1 } } },
      "expected expAvg to be a tensor, got number",
      ArgumentError,
    ],
    [
      "a tensor for a number",
      { ...dict, state: { 0: { ...entry, step: tensor([1]) } } },
      "expected step to be a number, got a tensor",
      ArgumentError,
    ],
    [
      "an array for a tensor or null",
      { ...dict, state: { 0: { ...entry, maxExpAvgSq: [] } } },
      "expected maxExpAvgSq to be a tensor or null, got an array",
      ArgumentError,
    ],
    [
      "another shape",
      dictOf(leaf([1, 2, 3])),
      "parameter 0: expected expAvg to have shape [2], got [3]",
      ShapeError,
    ],
  ])("%s", (_what, given, message, Type) => {
    const w = leaf([5, 6]);
    const optimizer = new Adam([w], { lr: 0.25 });
    const load = () => optimizer.loadStateDict(given as OptimizerStateDict);
    expect(load).toThrow(Type);
    expect(load).toThrow(message);
    expect(optimizer.paramGroups[0]!.lr).toBe(0.25);
    expect(optimizer.state.size).toBe(0);
  });

  test("a state of another optimizer", () => {
    const w = leaf([5, 6]);
    const message = "SGD.loadStateDict: group 0 of the state lacks momentum, dampening, nesterov";
    expect(() => new SGD([w]).loadStateDict(dict)).toThrow(message);
  });
});
