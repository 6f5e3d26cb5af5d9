import { ArgumentError, tensor } from "@flambeau/core";
import { expect, test } from "vitest";
import {
  ArrayDataset,
  BatchSampler,
  DataLoader,
  type Dataset,
  getWorkerInfo,
  hostTensor,
  SequentialSampler,
} from "../src/index.js";
import "./device.js";
import { collect, values } from "./values.js";

const items = [10, 11, 12, 13, 14];
const int32 = (...values: number[]) => ({ dtype: "int32", shape: [values.length], values });
const batches = async (loader: AsyncIterable<unknown>) => (await values(await collect(loader))) as unknown[];

test("batches come in order, and dropLast leaves the rest out", async () => {
  const loader = new DataLoader(items, { batchSize: 2 });
  expect(loader.length).toBe(3);
  expect(await batches(loader)).toEqual([int32(10, 11), int32(12, 13), int32(14)]);
  expect(await values([...loader])).toEqual(await batches(loader));
  const full = new DataLoader(items, { batchSize: 2, dropLast: true });
  expect([full.length, (await batches(full)).length]).toEqual([2, 2]);
});

test("a sampler orders, a batchSampler batches", async () => {
  expect(await batches(new DataLoader(items, { batchSize: 2, sampler: [4, 0, 1] }))).toEqual([
    int32(14, 10),
    int32(11),
  ]);
  const batchSampler = new BatchSampler(new SequentialSampler(items), 4, true);
  expect(await batches(new DataLoader(items, { batchSampler }))).toEqual([int32(10, 11, 12, 13)]);
});

test("shuffling gives every sample once, another order each pass, the same passes for a seed", async () => {
  const many = Array.from({ length: 40 }, (_, i) => i);
  const passes = async (seed: number) => {
    const loader = new DataLoader(many, { batchSize: 40, shuffle: true, seed });
    return (await batches(loader)).concat(await batches(loader)) as { values: number[] }[];
  };
  const [first, second] = await passes(3);
  expect(first!.values.toSorted((a, b) => a - b)).toEqual(many);
  expect(second!.values).not.toEqual(first!.values);
  expect(await passes(3)).toEqual([first, second]);
  expect((await passes(4))[0]).not.toEqual(first);
});

test("collateFn sees the samples; its host tensors become tensors", async () => {
  const collateFn = (samples: number[]) => ({ sum: samples.reduce((a, b) => a + b), x: hostTensor(samples) });
  const [batch] = await batches(new DataLoader(items, { batchSize: 2, collateFn }));
  expect(batch).toEqual({ sum: 21, x: { dtype: "float32", shape: [2], values: [10, 11] } });
});

test("batchSize null gives single samples, typed arrays as tensors", async () => {
  const samples = [
    { x: Float32Array.of(1, 2), label: 1 },
    { x: Float32Array.of(3, 4), label: 2 },
  ];
  const loader = new DataLoader(samples, { batchSize: null });
  expect(await batches(loader)).toEqual([
    { x: { dtype: "float32", shape: [2], values: [1, 2] }, label: 1 },
    { x: { dtype: "float32", shape: [2], values: [3, 4] }, label: 2 },
  ]);
});

test("samples of a batch are asked for together", async () => {
  let open = 0;
  let most = 0;
  const slow: Dataset<number> = {
    length: 6,
    async get(index) {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      return index;
    },
  };
  expect(await batches(new DataLoader(slow, { batchSize: 3 }))).toEqual([int32(0, 1, 2), int32(3, 4, 5)]);
  expect(most).toBe(3);
  expect(() => [...new DataLoader(slow)]).toThrow(/must be awaited: use `for await`/);
});

test("iterable datasets are cut into batches, each pass anew", async () => {
  const numbers = {
    *[Symbol.iterator]() {
      yield* items;
    },
  };
  const loader = new DataLoader<number>(numbers, { batchSize: 3 });
  for (let pass = 0; pass < 2; pass++)
    expect(await batches(loader)).toEqual([int32(10, 11, 12), int32(13, 14)]);
  expect(await values([...loader])).toEqual([int32(10, 11, 12), int32(13, 14)]);
  const later = {
    async *[Symbol.asyncIterator]() {
      yield* items;
    },
  };
  expect(await batches(new DataLoader<number>(later, { batchSize: 3, dropLast: true }))).toEqual([
    int32(10, 11, 12),
  ]);
  expect(() => [...new DataLoader<number>(later)]).toThrow(/for await/);
  expect(() => loader.length).toThrow(ArgumentError);
});

test("tensors of a dataset are stacked on their own device", async () => {
  const data = new ArrayDataset([tensor([1, 2]), tensor([3, 4])]);
  expect(await batches(new DataLoader(data, { batchSize: 2 }))).toEqual([
    {
      dtype: "float32",
      shape: [2, 2],
      values: [
        [1, 2],
        [3, 4],
      ],
    },
  ]);
});

test("an error of the dataset comes out as it is", async () => {
  const bad: Dataset<number> = {
    length: 3,
    get(index) {
      if (index === 2) throw new RangeError("two");
      return index;
    },
  };
  const seen: unknown[] = [];
  const run = async () => {
    for await (const batch of new DataLoader(bad, { batchSize: 2 })) seen.push(batch);
  };
  await expect(run()).rejects.toThrow(RangeError);
  expect(seen).toHaveLength(1);
});

test("outside workers there is no worker to tell of", () => expect(getWorkerInfo()).toBeNull());

test.each<[Record<string, unknown>, RegExp]>([
  [{ batchSize: 0 }, /batchSize to be a positive integer, got 0/],
  [{ shuffle: true, sampler: [0] }, /shuffle or a sampler, got both/],
  [{ batchSampler: [[0]], batchSize: 2 }, /batchSampler takes the place/],
  [{ batchSize: null, dropLast: true }, /dropLast needs batches/],
  [{ batchSize: null, collateFn: () => 0 }, /collateFn makes batches/],
  [{ numWorkers: -1 }, /numWorkers to be an integer of at least 0, got -1/],
  [{ numWorkers: 2 }, /only one they can build: make it with workerDataset/],
  [{ prefetchFactor: 2 }, /prefetchFactor needs worker threads/],
  [{ persistentWorkers: true }, /persistentWorkers needs worker threads/],
  [{ timeout: -1 }, /timeout to be at least 0 seconds/],
  [{ seed: 1, generator: {} }, /a seed or a generator, got both/],
  [{ collateFn: "sums" }, /names an export, but the dataset is not of workerDataset/],
])("options %j are refused", (options, sentence) => {
  expect(() => new DataLoader(items, options)).toThrow(ArgumentError);
  expect(() => new DataLoader(items, options)).toThrow(sentence);
});

test("an iterable dataset cannot be shuffled", () => {
  expect(() => new DataLoader<number>(new Set([1]), { shuffle: true })).toThrow(/has its own order/);
});
