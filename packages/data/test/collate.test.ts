import { ArgumentError, DTypeError, ShapeError, tensor } from "@flambeau/core";
import { expect, test } from "vitest";
import { defaultCollate, HostTensor, hostTensor } from "../src/index.js";
import "./device.js";
import { values } from "./values.js";

const like = (dtype: string, shape: number[], values: unknown) => ({ dtype, shape, values });

test.each<[string, readonly unknown[], unknown]>([
  ["integers", [1, -2, 3], like("int32", [3], [1, -2, 3])],
  ["numbers, one of them not integral", [1, 0.5], like("float32", [2], [1, 0.5])],
  ["integers int32 lacks", [1, 2 ** 31], like("float32", [2], [1, 2 ** 31])],
  ["a negative zero, which integers lack", [1, -0], like("float32", [2], [1, -0])],
  ["bigints", [1n, -(2n ** 63n)], like("int64", [2], [1n, -(2n ** 63n)])],
  ["booleans", [true, false], like("bool", [2], [true, false])],
  ["strings", ["a", "b"], ["a", "b"]],
  [
    "typed arrays",
    [Uint8Array.of(1, 2), Uint8Array.of(3, 4)],
    like(
      "uint8",
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
    ),
  ],
  [
    "host tensors",
    [hostTensor([1, 2], [2, 1]), hostTensor([3, 4], [2, 1])],
    like(
      "float32",
      [2, 2, 1],
      [
        [[1], [2]],
        [[3], [4]],
      ],
    ),
  ],
  ["0-d host tensors", [hostTensor(1), hostTensor(2)], like("float32", [2], [1, 2])],
  [
    "tensors",
    [tensor([1, 2]), tensor([3, 4])],
    like(
      "float32",
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
    ),
  ],
  [
    "arrays",
    [
      [1, "a"],
      [2, "b"],
    ],
    [like("int32", [2], [1, 2]), ["a", "b"]],
  ],
  ["objects", [{ x: { y: 1 } }, { x: { y: 2 } }], { x: { y: like("int32", [2], [1, 2]) } }],
])("%s", async (_what, samples, batch) => {
  expect(await values(defaultCollate(samples))).toEqual(batch);
});

test("a view of a larger buffer is stacked by its own elements", async () => {
  const all = Float32Array.of(0, 1, 2, 3);
  expect(await values(defaultCollate([all.subarray(1, 3), all.subarray(2, 4)]))).toEqual(
    like(
      "float32",
      [2, 2],
      [
        [1, 2],
        [2, 3],
      ],
    ),
  );
});

test.each<[string, readonly unknown[], unknown, RegExp]>([
  ["none", [], ArgumentError, /at least one sample/],
  [
    "of several lengths",
    [[new Float32Array(2)], [new Float32Array(2)], [new Float32Array(3)]],
    ShapeError,
    /at 0, got \[2\] in sample 0 and \[3\] in sample 2/,
  ],
  [
    "of several dtypes",
    [{ a: new Float32Array(2) }, { a: new Int8Array(2) }],
    DTypeError,
    /at a, got float32 in sample 0 and int8 in sample 1/,
  ],
  [
    "tensors of several shapes",
    [tensor([1]), tensor([1, 2])],
    ShapeError,
    /\[1\] in sample 0 and \[2\] in sample 1/,
  ],
  ["of several kinds", [1, "a"], ArgumentError, /expected numbers in all samples, got a string in sample 1/],
  [
    "arrays of several lengths",
    [{ a: [1] }, { a: [1, 2] }],
    ShapeError,
    /arrays of 1 items at a as in sample 0, got 2 in sample 1/,
  ],
  ["with a key missing", [{ a: 1 }, { b: 1 }], ArgumentError, /sample 0 and sample 1 differ in "a"/],
  ["with a key too many", [{ a: 1 }, { a: 1, b: 1 }], ArgumentError, /differ in "b"/],
  ["null", [{ a: { b: null } }], ArgumentError, /cannot collate null at a\.b in sample 0/],
  ["of a class", [new Date()], ArgumentError, /cannot collate a Date in sample 0/],
  ["of an array without dtype", [new Uint16Array(1)], ArgumentError, /no dtype matches a Uint16Array/],
  ["of a bigint too wide", [2n ** 63n], DTypeError, /9223372036854775808 in sample 0 does not fit int64/],
])("samples are refused: %s", (_what, samples, kind, sentence) => {
  expect(() => defaultCollate(samples)).toThrow(kind as typeof Error);
  expect(() => defaultCollate(samples)).toThrow(sentence);
});

test("a host tensor holds as many elements as its shape says", () => {
  expect(() => new HostTensor(new Uint8Array(7), [2], "float32")).toThrow(
    /8 bytes for shape \[2\] and dtype float32, got 7/,
  );
  expect(() => hostTensor(new Float32Array(3), [2])).toThrow(ShapeError);
});
