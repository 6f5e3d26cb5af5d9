import { ArgumentError, Generator } from "@flambeau/core";
import { expect, test } from "vitest";
import {
  BatchSampler,
  DistributedSampler,
  RandomSampler,
  RandomStream,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from "../src/index.js";

const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

test("RandomStream gives the words of Philox 4x32-10: Random123's answer for key 0 and counter 0", () => {
  const stream = new RandomStream(new Generator(0));
  expect(range(4).map(() => stream.word())).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
});

test("below is uniform: chi-squared over 7 values stays under the 99.9 % quantile of 6 degrees of freedom", () => {
  const stream = new RandomStream(new Generator(5));
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[stream.below(7)]!++;
  expect(counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.46);
});

test("every order of 3 comes up equally often: chi-squared under the 99.9 % quantile of 5 degrees of freedom", () => {
  const stream = new RandomStream(new Generator(6));
  const counts = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const order = stream.permutation(3).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  expect([...counts.values()].reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0)).toBeLessThan(20.52);
});

test("RandomSampler gives every index once, another order each pass, the same passes for a seed", () => {
  const passes = (seed: number) => {
    const sampler = new RandomSampler({ length: 50 }, { generator: new Generator(seed) });
    return [[...sampler], [...sampler]];
  };
  const [first, second] = passes(1);
  expect(sorted(first!)).toEqual(range(50));
  expect(second).not.toEqual(first);
  expect(passes(1)).toEqual([first, second]);
  expect(passes(2)[0]).not.toEqual(first);
});

test("a pass left early does not move the next one", () => {
  const generator = () => ({ generator: new Generator(3) });
  const whole = new RandomSampler({ length: 20 }, generator());
  const early = new RandomSampler({ length: 20 }, generator());
  void [...whole];
  early[Symbol.iterator]().next();
  expect([...early]).toEqual([...whole]);
});

test("RandomSampler repeats orders for more samples, and draws with replacement when told", () => {
  const twice = [...new RandomSampler({ length: 5 }, { numSamples: 12, generator: new Generator(1) })];
  expect([sorted(twice.slice(0, 5)), sorted(twice.slice(5, 10))]).toEqual([range(5), range(5)]);
  expect(new Set(twice.slice(10)).size).toBe(2);
  const drawn = [...new RandomSampler({ length: 100 }, { replacement: true, generator: new Generator(1) })];
  expect(drawn).toHaveLength(100);
  // About 63 of 100 are distinct, with a standard deviation of about 3.
  expect(new Set(drawn).size).toBeLessThan(80);
  expect(() => new RandomSampler({ length: 5 }, { numSamples: 0 })).toThrow(ArgumentError);
});

test("SubsetRandomSampler reorders its indices", () => {
  const drawn = [
    ...new SubsetRandomSampler(
      range(30).map((i) => i * 3),
      new Generator(4),
    ),
  ];
  expect(drawn).not.toEqual(range(30).map((i) => i * 3));
  expect(sorted(drawn)).toEqual(range(30).map((i) => i * 3));
});

test("WeightedRandomSampler follows its weights, never takes a zero one, and repeats nothing unless it may", () => {
  const drawn = [...new WeightedRandomSampler([1, 0, 3, 0], 8000, { generator: new Generator(1) })];
  const share = drawn.filter((i) => i === 2).length / 8000;
  // Standard deviation of the share: sqrt(0.75 * 0.25 / 8000) = 0.005.
  expect(Math.abs(share - 0.75)).toBeLessThan(0.02);
  expect(new Set(drawn)).toEqual(new Set([0, 2]));
  const options = { replacement: false, generator: new Generator(1) };
  expect(sorted(new WeightedRandomSampler([1, 0, 3, 2], 3, options))).toEqual([0, 2, 3]);
  // Drawing one of weights 1 and 3 without replacement is the same as with.
  const firsts = range(4000).map(() => [...new WeightedRandomSampler([1, 3], 1, options)][0]);
  expect(Math.abs(firsts.filter((i) => i === 1).length / 4000 - 0.75)).toBeLessThan(0.03);
  expect(() => new WeightedRandomSampler([1, 0], 2, { replacement: false })).toThrow(
    /only 1 weights are above 0/,
  );
  expect(() => new WeightedRandomSampler([1, -1], 1)).toThrow(/got -1 at index 1/);
  expect(() => new WeightedRandomSampler([0, 0], 1)).toThrow(/some weight above 0/);
});

test("BatchSampler groups, and leaves out the rest when told", () => {
  const order = new SequentialSampler({ length: 5 });
  expect([...new BatchSampler(order, 2)]).toEqual([[0, 1], [2, 3], [4]]);
  expect([...new BatchSampler(order, 2, true)]).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect([new BatchSampler(order, 2).length, new BatchSampler(order, 2, true).length]).toEqual([3, 2]);
  expect(() => new BatchSampler(order, 0)).toThrow(/batchSize to be a positive integer, got 0/);
});

test("DistributedSampler shares the dataset out as torch does: strided, padded from the start or cut", () => {
  const shares = (options: { shuffle?: boolean; dropLast?: boolean }, epoch = 0) =>
    range(3).map((rank) => {
      const sampler = new DistributedSampler({ length: 10 }, { numReplicas: 3, rank, ...options });
      sampler.setEpoch(epoch);
      expect([...sampler]).toHaveLength(sampler.length);
      return [...sampler];
    });
  expect(shares({ shuffle: false })).toEqual([
    [0, 3, 6, 9],
    [1, 4, 7, 0],
    [2, 5, 8, 1],
  ]);
  expect(shares({ shuffle: false, dropLast: true })).toEqual([
    [0, 3, 6],
    [1, 4, 7],
    [2, 5, 8],
  ]);
  expect(new Set(shares({}).flat())).toEqual(new Set(range(10)));
  expect(shares({}, 1)).not.toEqual(shares({}, 0));
  expect(shares({}, 1)).toEqual(shares({}, 1));
  expect(() => new DistributedSampler({ length: 10 }, { numReplicas: 2, rank: 2 })).toThrow(
    /rank from 0 to 1, got 2/,
  );
});
