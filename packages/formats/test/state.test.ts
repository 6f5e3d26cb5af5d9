import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError, isTensor, type Tensor, tensor } from "@flambeau/core";
import { expect, test } from "vitest";
import {
  decodeSafetensors,
  decodeState,
  encodeState,
  loadState,
  type StateValue,
  saveState,
} from "../src/index.js";
import "./device.js";
import { bytesOfTensor } from "./raw.js";

/** The same value with every tensor replaced by its dtype, shape and bytes. */
async function spelled(value: unknown): Promise<unknown> {
  if (isTensor(value)) return [value.dtype, value.shape, [...(await bytesOfTensor(value))]];
  if (Array.isArray(value)) return Promise.all(value.map(spelled));
  if (value instanceof Map) return new Map((await spelled([...value])) as [unknown, unknown][]);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    await Promise.all(Object.entries(value).map(async ([k, v]) => [k, await spelled(v)])),
  );
}

const checkpoint = () => ({
  epoch: 3,
  model: {
    "conv.weight": tensor([
      [1, 2],
      [3, 4],
    ]),
    "conv.bias": tensor([0.5]),
  },
  optimizer: {
    state: {
      0: { step: 12, expAvg: tensor([1e-8]) },
      1: { step: 12, expAvg: tensor(new BigInt64Array([2n ** 60n])) },
    },
    groups: [{ lr: 1e-3, betas: [0.9, 0.999], amsgrad: false, name: null, later: undefined }, []],
  },
});

test("a nested checkpoint comes back as it was, through a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flambeau-state-"));
  const state = checkpoint();
  await saveState(join(folder, "s.safetensors"), state);
  const back = await loadState<typeof state>(join(folder, "s.safetensors"));
  expect(await spelled(back)).toStrictEqual(await spelled(state));
  await rm(folder, { recursive: true });
});

test("other programs find the tensors under their paths", async () => {
  const names = Object.keys(decodeSafetensors(await encodeState(checkpoint()))).sort();
  expect(names).toEqual([
    "model.conv.bias",
    "model.conv.weight",
    "optimizer.state.0.expAvg",
    "optimizer.state.1.expAvg",
  ]);
});

test.each<[string, StateValue]>([
  ["numbers JSON lacks", [Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, 2 ** 53]],
  ["bigints and undefined", { a: 2n ** 200n, b: undefined, c: -1n }],
  ["keys that look like marks", { $tensor: "x", $$: 1, nested: { $number: "NaN" }, $map: [[1, 2]] }],
  ["an own __proto__", JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
  [
    "maps",
    new Map<StateValue, StateValue>([
      [1, { x: 1 }],
      ["1", []],
      [null, new Map([[0, 1]])],
    ]),
  ],
  ["strings", ["", "\u2028", "\ud83d\ude00", "\ud800 alone", '"\\']],
  ["a bare value", 4],
])("%s come back as they were", async (_what, state) => {
  expect(decodeState(await encodeState(state))).toStrictEqual(state);
});

test("names that collide are told apart, and a shared tensor stays shared", async () => {
  const shared = tensor([1]);
  const state = {
    "a.b": tensor([2]),
    a: { b: tensor([3]), c: shared },
    again: [shared],
    __metadata__: tensor([4]),
  };
  const bytes = await encodeState(state);
  expect(Object.keys(decodeSafetensors(bytes))).toHaveLength(4);
  const back = decodeState<typeof state>(bytes);
  expect(await spelled(back)).toStrictEqual(await spelled(state));
  expect(back.again[0]).toBe(back.a.c);
});

test("what cannot be saved is named", async () => {
  class Own {}
  const loop: Record<string, StateValue> = {};
  loop.self = { inner: loop };
  await expect(encodeState({ a: [new Own() as unknown as Tensor] })).rejects.toThrow(/got a Own at a\.0/);
  await expect(encodeState({ f: (() => 1) as unknown as Tensor })).rejects.toThrow(
    /a function at f cannot be saved/,
  );
  await expect(encodeState(loop)).rejects.toThrow(ArgumentError);
  await expect(encodeState(loop)).rejects.toThrow(/contains itself/);
});
