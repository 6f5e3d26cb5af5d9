import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError, FormatError, fromBytes, IndexError, type Tensor, tensor } from "@flambeau/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeSafetensors, loadSafetensors, openSafetensors, saveSafetensors } from "../src/index.js";
import "./device.js";
import { bytesOfTensor } from "./raw.js";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flambeau-formats-"));
  path = join(folder, "model.safetensors");
});
afterEach(() => rm(folder, { recursive: true }));

const values = async (x: Tensor) => [...new Float32Array((await bytesOfTensor(x)).buffer)];

test("a file holds what encodeSafetensors gives, and nothing is left beside it", async () => {
  const tensors = {
    a: tensor([
      [1, 2],
      [3, 4],
    ]),
    b: tensor(new Int32Array([5])),
  };
  await saveSafetensors(pathToFileURL(path), tensors, { note: "x" });
  expect(new Uint8Array(await readFile(path))).toEqual(await encodeSafetensors(tensors, { note: "x" }));
  expect(await readdir(folder)).toEqual(["model.safetensors"]);
  const loaded = await loadSafetensors(pathToFileURL(path));
  expect(await values(loaded.a!)).toEqual([1, 2, 3, 4]);
  expect(loaded.b!.dtype).toBe("int32");
});

test("views are written as what they show", async () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  await saveSafetensors(path, { t: x.transpose(0, 1), row: x.select(0, 1) });
  const { t, row } = await loadSafetensors(path);
  expect([t!.shape, await values(t!)]).toEqual([
    [3, 2],
    [1, 4, 2, 5, 3, 6],
  ]);
  expect(await values(row!)).toEqual([4, 5, 6]);
});

test("a tensor larger than a piece survives the trip", async () => {
  const words = new Uint32Array(9_000_000).map((_, i) => Math.imul(i, 2654435761));
  const big = fromBytes(new Uint8Array(words.buffer), [words.length], "int32");
  await saveSafetensors(path, { big });
  const back = await bytesOfTensor((await loadSafetensors(path)).big!);
  expect(Buffer.compare(back, new Uint8Array(words.buffer))).toBe(0);
});

test("a failed save leaves the previous file and no draft", async () => {
  await saveSafetensors(path, { a: tensor([1]) });
  const gone = tensor([2]);
  gone.dispose();
  await expect(saveSafetensors(path, { a: tensor([3]), gone })).rejects.toThrow(/disposed/);
  await expect(saveSafetensors(path, { __metadata__: tensor([3]) })).rejects.toThrow(/reserved/);
  await expect(saveSafetensors(path, { "\ud800": tensor([3]) })).rejects.toThrow(/surrogate/);
  expect(await readdir(folder)).toEqual(["model.safetensors"]);
  expect(await values((await loadSafetensors(path)).a!)).toEqual([1]);
});

test("an opened file reads single tensors and rows on demand", async () => {
  await saveSafetensors(
    path,
    {
      m: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      s: tensor(7),
      n: tensor(new Int8Array(3)),
    },
    { k: "v" },
  );
  await using file = await openSafetensors(path);
  expect([file.names, file.metadata]).toEqual([["m", "s", "n"], { k: "v" }]);
  expect(file.entry("m")).toEqual({ name: "m", dtype: "float32", shape: [3, 2], begin: 0, end: 24 });
  const rows = await file.tensor("m", { rows: [1, 3] });
  expect([rows.shape, await values(rows)]).toEqual([
    [2, 2],
    [3, 4, 5, 6],
  ]);
  expect((await file.tensor("m", { rows: [2, 2] })).shape).toEqual([0, 2]);
  expect(await values(await file.tensor("s"))).toEqual([7]);
  await expect(file.tensor("x")).rejects.toThrow(ArgumentError);
  await expect(file.tensor("m", { rows: [1, 4] })).rejects.toThrow(
    /rows 1 to 4 do not lie within the 3 rows/,
  );
  await expect(file.tensor("s", { rows: [0, 1] })).rejects.toThrow(IndexError);
});

test("opening refuses a cut file and says which function was called", async () => {
  await saveSafetensors(path, { a: tensor([1, 2, 3]) });
  await writeFile(path, (await readFile(path)).subarray(0, -1));
  await expect(openSafetensors(path)).rejects.toThrow(FormatError);
  await expect(loadSafetensors(path)).rejects.toThrow(/^loadSafetensors: tensor "a" lies out of range/);
  await writeFile(path, "abc");
  await expect(loadSafetensors(path)).rejects.toThrow(/too short/);
});
