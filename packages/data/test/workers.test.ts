// Real worker threads, which load test/datasets/squares.ts for themselves.
import { ArgumentError, isTensor } from "@flambeau/core";
import { expect, test } from "vitest";
import { recipe } from "../src/datasets/recipe.js";
import {
  ConcatDataset,
  DataLoader,
  type DataLoaderOptions,
  type Dataset,
  type HostTensor,
  type IterableDataset,
  randomSplit,
  WorkerError,
  WorkerTimeoutError,
  workerDataset,
} from "../src/index.js";
import type { Square, SquareArgs } from "./datasets/squares.js";
import "./device.js";
import { collect, values } from "./values.js";

const module = new URL("./datasets/squares.ts", import.meta.url);
const squares = (args: SquareArgs) => workerDataset<Dataset<Square>>(module, { args });
const batches = async (loader: AsyncIterable<unknown>) => (await values(await collect(loader))) as unknown[];

test("batches are the same for 0, 1 and 3 workers, shuffled, pass after pass, structures and strings included", async () => {
  const data = await squares({ length: 23 });
  const passes = async (numWorkers: number) => {
    await using loader = new DataLoader(data, {
      batchSize: 4,
      shuffle: true,
      seed: 9,
      numWorkers,
      persistentWorkers: numWorkers === 3,
    });
    return [await batches(loader), await batches(loader)];
  };
  const alone = await passes(0);
  expect(alone[0]).toHaveLength(6);
  expect(alone[1]).not.toEqual(alone[0]);
  expect(await passes(1)).toEqual(alone);
  expect(await passes(3)).toEqual(alone);
  const { index, image, name, pair } = (
    alone[0] as {
      index: { values: number[] };
      image: { values: number[][][][] };
      name: string[];
      pair: unknown[];
    }[]
  )[0]!;
  expect(name).toEqual(index.values.map((i) => `no. ${i}`));
  expect(image.values.map((x) => x[0]![0]![0])).toEqual(index.values);
  expect(pair[0]).toEqual({ dtype: "int32", shape: [4], values: index.values.map((i) => i * i) });
});

test("parts and joins of a worker dataset can be built by workers", async () => {
  const data = await squares({ length: 10 });
  const [left, right] = randomSplit(data, [0.5, 0.5]);
  const joined = new ConcatDataset([right!, left!, await squares({ length: 2 })]);
  const numbers = (numWorkers: number) => batches(new DataLoader(joined, { batchSize: 12, numWorkers }));
  expect(recipe(joined)).not.toBeNull();
  expect(await numbers(2)).toEqual(await numbers(0));
});

test("a collate function named in the module runs in the workers, one given here runs here", async () => {
  const data = await squares({ length: 4 });
  const image = {
    dtype: "float32",
    shape: [1, 2, 3],
    values: [
      [
        [0, 0.125, 0.25],
        [0.375, 0.5, 0.625],
      ],
    ],
  };
  const named = new DataLoader<Square, { raw: Int16Array }>(data, {
    batchSize: 2,
    collateFn: "sums",
    numWorkers: 1,
  });
  const [first] = await collect(named);
  expect(await values(first)).toEqual({ sum: 1, threads: true, image, raw: Int16Array.of(0, -0) });
  expect(
    await values((await collect(new DataLoader(data, { batchSize: 2, collateFn: "sums" })))[0]),
  ).toMatchObject({ sum: 1, threads: false });
  const collateFn = (samples: Square[]) => ({
    names: samples.map(({ name }) => name),
    image: samples[0]!.image as HostTensor,
    raw: samples[1]!.pixels,
  });
  const given = await batches(new DataLoader(data, { batchSize: 2, collateFn, numWorkers: 2 }));
  expect(given[0]).toEqual({ names: ["no. 0", "no. 1"], image, raw: Int16Array.of(1, -1) });
  expect(() => new DataLoader(data, { collateFn: "nothing" })).toThrow(
    /to export a function named "nothing", found none/,
  );
});

test("single samples come through workers as they do here", async () => {
  const data = await squares({ length: 3 });
  const options = { batchSize: null, numWorkers: 2 };
  expect(await batches(new DataLoader(data, options))).toEqual(
    await batches(new DataLoader(data, { batchSize: null })),
  );
});

test("workers share an iterable dataset out by getWorkerInfo, each at its own pace to its end", async () => {
  const data = await workerDataset<IterableDataset<number>>(module, { dataset: "partition", args: 11 });
  const loader = new DataLoader(data, { batchSize: 2, numWorkers: 3, prefetchFactor: 3 });
  const found = (await batches(loader)) as { values: number[] }[];
  expect(found.map((batch) => batch.values)).toEqual([[0, 3], [1, 4], [2, 5], [6, 9], [7, 10], [8]]);
});

test("workers know who they are, have run their init function, and are seeded alike for a seed", async () => {
  const data = await workerDataset<Dataset<{ index: number; worker: string }>>(module, {
    dataset: "whereabouts",
    args: 4,
  });
  const run = async (seed: number) => {
    await using loader = new DataLoader(data, {
      numWorkers: 2,
      workerInitFn: "greet",
      seed,
      persistentWorkers: true,
    });
    const both = [await batches(loader), await batches(loader)] as { worker: string[] }[][];
    return both.map((pass) =>
      pass.map(({ worker }) => /^(\d\/2) (\d+) (\d+) (hello \d)$/.exec(worker[0]!)!.slice(1)),
    );
  };
  const [first, second] = await run(1);
  expect(first!.map(([id, , , hello]) => [id, hello])).toEqual([
    ["0/2", "hello 0"],
    ["1/2", "hello 1"],
    ["0/2", "hello 0"],
    ["1/2", "hello 1"],
  ]);
  const seeds = (pass: string[][]) => pass.map(([, seed]) => seed);
  const threads = (pass: string[][]) => pass.map(([, , thread]) => thread);
  expect(new Set([...seeds(first!), ...seeds(second!)]).size).toBe(4);
  // Persistent workers: the second pass ran on the threads of the first.
  expect(threads(second!)).toEqual(threads(first!));
  const again = await run(1);
  expect(again.map(seeds)).toEqual([seeds(first!), seeds(second!)]);
  expect(seeds((await run(2))[0]!)).not.toEqual(seeds(first!));
});

/** Runs a loader until it throws; how many batches came before, and what was thrown. */
async function untilError(
  options: DataLoaderOptions<Square, unknown>,
  args: SquareArgs,
  dataset = "default",
) {
  const loader = new DataLoader(await workerDataset<Dataset<Square>>(module, { args, dataset }), options);
  let seen = 0;
  try {
    for await (const _ of loader) seen++;
  } catch (error) {
    return { seen, error: error as WorkerError };
  }
  throw new Error("nothing was thrown");
}

test("an error in a worker is thrown at its batch's turn, with the worker's stack and the sample's index", async () => {
  const { seen, error } = await untilError({ batchSize: 2, numWorkers: 2 }, { length: 12, fail: 5 });
  expect(seen).toBe(2);
  expect(error).toBeInstanceOf(WorkerError);
  expect(error).toMatchObject({ workerId: 0, batch: 2, sampleIndex: 5, name: "WorkerError" });
  expect(error.message).toBe(
    "DataLoader: worker 0 could not make batch 2 (sample 5): RangeError: sample 5 is rotten",
  );
  expect(error.workerStack).toMatch(/squares\.ts:\d+/);
  expect(error.cause).toMatchObject({ name: "RangeError", message: "sample 5 is rotten" });
});

test("a batch that cannot be sent is an error of that batch", async () => {
  const { seen, error } = await untilError(
    { batchSize: null, numWorkers: 1 },
    { length: 2, unsendable: true },
  );
  expect([seen, error.batch]).toEqual([0, 0]);
  expect(error.message).toMatch(/worker 0 could not make batch 0: DataCloneError/);
});

test("a worker's death is noticed, with its exit code", async () => {
  const { error } = await untilError({ batchSize: 2, numWorkers: 2 }, { length: 12, exit: 3 });
  expect(error).toBeInstanceOf(WorkerError);
  expect(error.message).toBe("DataLoader: worker 1 ended with exit code 7 while it had to make batch 1");
});

test("a batch that does not come in time is a WorkerTimeoutError", async () => {
  const { seen, error } = await untilError(
    { batchSize: 2, numWorkers: 1, timeout: 4 },
    { length: 12, hang: 2 },
  );
  expect(seen).toBe(1);
  expect(error).toBeInstanceOf(WorkerTimeoutError);
  expect(error.message).toMatch(/expected batch 1 within 4 s, but worker 0 did not deliver it/);
});

test("a module that makes no dataset is refused at once", async () => {
  await expect(workerDataset(module, { dataset: "broken" })).rejects.toThrow("no data today");
  await expect(workerDataset(module, { dataset: "absent" })).rejects.toThrow(
    /export a function named "absent", found none/,
  );
  await expect(workerDataset(module, { dataset: "notADataset" })).rejects.toThrow(
    /to return a dataset, got number/,
  );
  await expect(workerDataset(module, { args: () => 1 })).rejects.toThrow(ArgumentError);
});

test("leaving the loop early stops persistent workers, which serve the next pass from its start", async () => {
  const data = await squares({ length: 40, milliseconds: 5 });
  await using loader = new DataLoader(data, { batchSize: 2, numWorkers: 2, persistentWorkers: true });
  for (let pass = 0; pass < 3; pass++) {
    let seen = 0;
    for await (const batch of loader) {
      expect(await values(batch.index)).toMatchObject({ values: [2 * seen, 2 * seen + 1] });
      if (++seen === 3) break;
    }
  }
  expect(await batches(loader)).toEqual(await batches(new DataLoader(data, { batchSize: 2 })));
});

test("two passes of one loader at a time do not mix", async () => {
  const data = await squares({ length: 6 });
  await using loader = new DataLoader(data, { batchSize: 2, numWorkers: 1, persistentWorkers: true });
  const [a, b] = await Promise.all([batches(loader), batches(loader)]);
  expect(a).toEqual(b);
  expect(a).toHaveLength(3);
});

test("close ends a pass under way with an error", async () => {
  const loader = new DataLoader(await squares({ length: 40, milliseconds: 20 }), {
    numWorkers: 1,
    persistentWorkers: true,
  });
  const pass = loader[Symbol.asyncIterator]();
  await pass.next();
  await loader.close();
  const rest = async () => {
    while (!(await pass.next()).done);
  };
  await expect(rest()).rejects.toThrow(/ended while a pass was under way/);
});

test("workers make batches ahead: a slow program waits for almost none after the first", async () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 120));
  const waits = async (numWorkers: number) => {
    const data = await squares({ length: 5, milliseconds: 80 });
    let started = performance.now();
    const times: number[] = [];
    for await (const batch of new DataLoader(data, { numWorkers })) {
      times.push(performance.now() - started);
      expect(isTensor(batch.index)).toBe(true);
      await pause();
      started = performance.now();
    }
    return times.slice(1).sort((a, b) => a - b)[1]!;
  };
  expect(await waits(0)).toBeGreaterThan(70);
  expect(await waits(1)).toBeLessThan(40);
});
