import { ArgumentError, Generator, IndexError, tensor } from "@flambeau/core";
import { expect, test } from "vitest";
import {
  ArrayDataset,
  ChainDataset,
  ConcatDataset,
  DataLoader,
  type Dataset,
  mapDataset,
  randomSplit,
  Subset,
  TensorDataset,
} from "../src/index.js";
import "./device.js";
import { collect, values } from "./values.js";

const all = <T>(dataset: Dataset<T>) =>
  Promise.all(Array.from({ length: dataset.length }, (_, i) => dataset.get(i)));

test("ConcatDataset finds the dataset an index falls in, empty ones included", async () => {
  const joined = new ConcatDataset([[1, 2], [], [3], [4, 5, 6]].map((items) => new ArrayDataset(items)));
  expect(await all(joined)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(joined.get(-1)).toBe(6);
  expect(() => joined.get(6)).toThrow(IndexError);
  expect(() => new ConcatDataset([])).toThrow(ArgumentError);
});

test("Subset renumbers", async () => {
  const part = new Subset(new ArrayDataset(["a", "b", "c"]), [2, 0]);
  expect(await all(part)).toEqual(["c", "a"]);
  expect(() => part.get(2)).toThrow(/index 2 is out of range for a dataset of 2 samples/);
});

test("ChainDataset and mapDataset run through iterables, mapDataset indexes map-style ones", async () => {
  async function* later() {
    yield 3;
  }
  expect(await collect(mapDataset(new ChainDataset([[1, 2], later()]), (x) => x * 10))).toEqual([10, 20, 30]);
  const mapped = mapDataset(new ArrayDataset([5, 6]), (x, i) => `${x}@${i}`);
  expect([mapped.length, mapped.get(1)]).toEqual([2, "6@1"]);
  const slow: Dataset<number> = { length: 1, get: async () => 4 };
  expect(await mapDataset(slow, (x) => x + 1).get(0)).toBe(5);
});

test("TensorDataset gives rows, and the loader gathers the same batches that it would stack", async () => {
  const data = new TensorDataset(
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    tensor(new Int32Array([7, 8, 9])),
  );
  expect(await values(data.get(-1))).toEqual([
    { dtype: "float32", shape: [2], values: [5, 6] },
    { dtype: "int32", shape: [], values: 9 },
  ]);
  const sampler = [2, 0, 1];
  const gathered = await Promise.all([...new DataLoader(data, { batchSize: 2, sampler })].map(values));
  const stacked = new DataLoader(
    mapDataset(data, (row) => row),
    { batchSize: 2, sampler },
  );
  expect(gathered).toEqual(await Promise.all([...stacked].map(values)));
  expect(gathered[0]).toEqual([
    {
      dtype: "float32",
      shape: [2, 2],
      values: [
        [5, 6],
        [1, 2],
      ],
    },
    { dtype: "int32", shape: [2], values: [9, 7] },
  ]);
  expect(() => new TensorDataset(tensor([1, 2]), tensor([1]))).toThrow(/got shapes \[2\], \[1\]/);
});

test("randomSplit parts cover the dataset once, by counts or fractions, and follow the generator", async () => {
  const data = new ArrayDataset(Array.from({ length: 11 }, (_, i) => i));
  const parts = randomSplit(data, [0.5, 0.25, 0.25], new Generator(1));
  expect(parts.map(({ length }) => length)).toEqual([6, 3, 2]);
  const drawn = (await Promise.all(parts.map(all))).flat();
  expect(drawn).not.toEqual(data.items);
  expect(drawn.toSorted((a, b) => a - b)).toEqual(data.items);
  const again = randomSplit(data, [6, 5], new Generator(1));
  expect(await all(again[0]!)).toEqual(drawn.slice(0, 6));
  expect(() => randomSplit(data, [6, 6])).toThrow(
    /counts that add up to 11 or fractions that add up to 1, got 6, 6/,
  );
  expect(() => randomSplit(data, [1.5, -0.5])).toThrow(ArgumentError);
});
