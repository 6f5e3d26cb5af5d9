import { ArgumentError } from "@flambeau/core";
import { describe, expect, test } from "vitest";
import { Adagrad, Adam, lrScheduler as lr, type Optimizer, SGD } from "../src/index.js";
import { leaf } from "./kit.js";

const sgd = (rate = 0.5): SGD => new SGD([leaf([0])], { lr: rate, momentum: 0.9 });

/** Learning rates from the scheduler's making through `steps` steps. */
function rates(
  make: (optimizer: Optimizer) => lr.LRScheduler,
  steps: number,
  optimizer: Optimizer = sgd(),
): number[] {
  const scheduler = make(optimizer);
  const seen = [optimizer.paramGroups[0]!.lr];
  for (let i = 0; i < steps; i++) {
    scheduler.step();
    seen.push(optimizer.paramGroups[0]!.lr);
    expect(scheduler.getLastLr()).toEqual([seen.at(-1)]);
  }
  return seen;
}

function close(got: readonly number[], expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) => void expect(value).toBeCloseTo(expected[i]!, 12));
}

// Numbers of PyTorch.
describe("learning rates are PyTorch's", () => {
  test.each<[string, (optimizer: Optimizer) => lr.LRScheduler, readonly number[]]>([
    [
      "one schedule after another, each from its beginning",
      (o) =>
        new lr.SequentialLR(
          o,
          [new lr.LinearLR(o, { totalIters: 2 }), new lr.CosineAnnealingLR(o, 4), new lr.StepLR(o, 2, 0.5)],
          [2, 5],
        ),
      [0.16666666666666666, 0.3333333333333333, 0.5, 0.42677669529663687, 0.25, 0.5, 0.5, 0.25, 0.25],
    ],
    [
      "chained",
      (o) => new lr.ChainedScheduler([new lr.ConstantLR(o, 0.5, 2), new lr.ExponentialLR(o, 0.9)]),
      [0.25, 0.225, 0.405, 0.36450000000000005, 0.32805000000000006],
    ],
    [
      "a cosine there and back",
      (o) => new lr.CosineAnnealingLR(o, 3, { etaMin: 0.05 }),
      [0.5, 0.3875, 0.1625, 0.05, 0.1625, 0.3875, 0.5, 0.3875, 0.1625],
    ],
    [
      "cycles of a height of one's own",
      (o) => new lr.CyclicLR(o, 0.1, 0.5, { stepSizeUp: 2, stepSizeDown: 3, scaleFn: (x) => 1 / x }),
      [
        0.1, 0.3, 0.5, 0.3666666666666666, 0.2333333333333333, 0.1, 0.2, 0.3, 0.2333333333333333,
        0.1666666666666667, 0.1,
      ],
    ],
  ])("%s", (_what, make, expected) => close(rates(make, expected.length - 1), expected));

  test("warm restarts at fractions of an epoch", () => {
    const optimizer = sgd();
    const scheduler = new lr.CosineAnnealingWarmRestarts(optimizer, 3, 2, 0.05);
    const seen = [0, 0.5, 2.75, 3.5, 9.25].map((epoch) => {
      scheduler.step(epoch);
      return optimizer.paramGroups[0]!.lr;
    });
    close(seen, [0.5, 0.4698557158514987, 0.05766668908495966, 0.49233331091504035, 0.4995182577286858]);
  });

  test("one cycle, of the first beta too", () => {
    const optimizer = new Adam([leaf([0])]);
    const scheduler = new lr.OneCycleLR(optimizer, 0.1, 5);
    const [group] = optimizer.paramGroups;
    const seen: number[][] = [];
    for (let i = 0; i < 5; i++) {
      seen.push([group!.lr, ...group!.betas]);
      scheduler.step();
    }
    close(
      seen.map(([rate]) => rate!),
      [0.004, 0.09504846320134738, 0.06112620219362893, 0.0188258346050237, 4e-7],
    );
    close(
      seen.map(([, beta]) => beta!),
      [0.95, 0.854951556604879, 0.8888739533021842, 0.9311744900929366, 0.95],
    );
    expect(seen[0]![2]).toBe(0.999);
    expect(() => scheduler.step()).toThrow("OneCycleLR.step: expected at most 5 steps, got step 6");
  });

  test("a plateau", () => {
    const optimizer = sgd(1);
    const scheduler = new lr.ReduceLROnPlateau(optimizer, "max", {
      factor: 0.5,
      patience: 1,
      threshold: 0.1,
      cooldown: 1,
      minLr: 0.2,
    });
    const seen = [1, 1.05, 1.05, 2, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1].map((metric) => {
      scheduler.step(metric);
      return optimizer.paramGroups[0]!.lr;
    });
    expect(seen).toEqual([1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2]);
  });
});

test("options come by position or by name", () => {
  const byPosition = rates((o) => new lr.StepLR(o, 2, 0.5), 6);
  expect(byPosition).toEqual([0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625]);
  expect(rates((o) => new lr.StepLR(o, { stepSize: 2, gamma: 0.5 }), 6)).toEqual(byPosition);
});

test("each group follows a function of its own", () => {
  const optimizer = new SGD([{ params: leaf([0]) }, { params: leaf([0]), lr: 1 }], { lr: 0.5 });
  const scheduler = new lr.LambdaLR(optimizer, [(epoch) => 1 / (1 + epoch), (epoch) => 2 ** -epoch]);
  scheduler.step();
  expect(scheduler.getLastLr()).toEqual([0.25, 0.5]);
  expect(scheduler.baseLrs).toEqual([0.5, 1]);
});

/** Schedulers with all the state they can have; steps take a metric where one is needed. */
const makers: Readonly<Record<string, (optimizer: Optimizer) => lr.LRScheduler>> = {
  StepLR: (o) => new lr.StepLR(o, 2),
  MultiStepLR: (o) => new lr.MultiStepLR(o, [2, 4]),
  LinearLR: (o) => new lr.LinearLR(o, { totalIters: 5 }),
  CosineAnnealingLR: (o) => new lr.CosineAnnealingLR(o, 4),
  CosineAnnealingWarmRestarts: (o) => new lr.CosineAnnealingWarmRestarts(o, 2, 2),
  CyclicLR: (o) => new lr.CyclicLR(o, 0.1, 0.5, { stepSizeUp: 2 }),
  OneCycleLR: (o) => new lr.OneCycleLR(o, 0.5, { totalSteps: 8 }),
  ChainedScheduler: (o) => new lr.ChainedScheduler([new lr.ConstantLR(o), new lr.ExponentialLR(o, 0.5)]),
  SequentialLR: (o) =>
    new lr.SequentialLR(o, [new lr.ConstantLR(o, 0.5), new lr.StepLR(o, 2)], { milestones: [4] }),
  ReduceLROnPlateau: (o) => new lr.ReduceLROnPlateau(o, { patience: 1, cooldown: 1 }),
};

const advance = (scheduler: lr.LRScheduler): void =>
  scheduler instanceof lr.ReduceLROnPlateau ? scheduler.step(1) : scheduler.step();

test.each(Object.entries(makers))("%s goes on from its state", (_name, make) => {
  const [optimizer, other] = [sgd(), sgd()];
  const scheduler = make(optimizer);
  for (let i = 0; i < 3; i++) advance(scheduler);
  const resumed = make(other);
  other.loadStateDict(optimizer.stateDict());
  resumed.loadStateDict(JSON.parse(JSON.stringify(scheduler.stateDict())) as lr.SchedulerState);
  expect(resumed.getLastLr()).toEqual(scheduler.getLastLr());
  for (let i = 0; i < 4; i++) {
    advance(scheduler);
    advance(resumed);
    expect(other.paramGroups[0]!.lr).toBe(optimizer.paramGroups[0]!.lr);
  }
  expect(resumed.stateDict()).toEqual(scheduler.stateDict());
});

test("lastEpoch goes on with an optimizer that remembers the initial rate", () => {
  const [optimizer, other] = [sgd(), sgd()];
  const whole = rates((o) => new lr.ExponentialLR(o, 0.5), 4, optimizer);
  other.loadStateDict({
    ...optimizer.stateDict(),
    paramGroups: [{ ...optimizer.stateDict().paramGroups[0], lr: whole[2]! }],
  });
  expect(rates((o) => new lr.ExponentialLR(o, 0.5, 2), 1, other)).toEqual(whole.slice(3));
  expect(() => new lr.ExponentialLR(sgd(), 0.5, 2)).toThrow(
    "ExponentialLR: expected initialLr in group 0 to go on from epoch 2, got none",
  );
});

describe("refused, with a sentence:", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a step size of 0",
      () => new lr.StepLR(sgd(), 0),
      "StepLR: expected stepSize to be a whole number above 0, got 0",
    ],
    [
      "a factor above 1",
      () => new lr.ConstantLR(sgd(), 2),
      "ConstantLR: expected factor to be in [0, 1], got 2",
    ],
    [
      "a start at 0",
      () => new lr.LinearLR(sgd(), 0),
      "LinearLR: expected startFactor to be in (0, 1], got 0",
    ],
    [
      "an unknown mode",
      () => new lr.CyclicLR(sgd(), 0.1, 1, { mode: "square" as "triangular" }),
      "CyclicLR: expected mode to be triangular or triangular2 or exp_range, got square",
    ],
    [
      "momentum to cycle where there is none",
      () => new lr.OneCycleLR(new Adagrad([leaf([0])]), 1, 5),
      "OneCycleLR: expected an optimizer with momentum or betas to cycle them, got Adagrad",
    ],
    ["no length", () => new lr.OneCycleLR(sgd(), 1), "expected totalSteps, or epochs and stepsPerEpoch"],
    [
      "functions for other groups",
      () => new lr.LambdaLR(sgd(), [() => 1, () => 1]),
      "LambdaLR: expected lrLambda to be one value or 1, one per group, got 2",
    ],
    [
      "too few milestones",
      () => {
        const o = sgd();
        return new lr.SequentialLR(o, [new lr.StepLR(o, 1), new lr.StepLR(o, 1)], []);
      },
      "SequentialLR: expected milestones to be 1 epochs, one between each two schedulers, got 0",
    ],
    [
      "another optimizer's scheduler",
      () => new lr.ChainedScheduler([new lr.StepLR(sgd(), 1), new lr.StepLR(sgd(), 1)]),
      "ChainedScheduler: expected schedulers of one optimizer, got another's as scheduler 1",
    ],
    [
      "a plateau without a metric",
      () => (new lr.ReduceLROnPlateau(sgd()) as lr.LRScheduler).step(),
      "ReduceLROnPlateau.step: expected a metric, a number, got undefined",
    ],
    [
      "a state of another scheduler",
      () => makers.StepLR!(sgd()).loadStateDict(makers.ReduceLROnPlateau!(sgd()).stateDict()),
      "StepLR.loadStateDict: the state has unknown best, numBadEpochs, cooldownCounter",
    ],
    [
      "a state of other schedulers within",
      () => {
        const o = sgd();
        const given = new lr.ChainedScheduler([new lr.StepLR(o, 1)]).stateDict();
        makers.ChainedScheduler!(sgd()).loadStateDict(given);
      },
      "ChainedScheduler.loadStateDict: expected schedulers to be a list of 2, got a list of 1",
    ],
  ])("%s", (_what, make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});
