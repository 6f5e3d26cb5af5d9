import { FlambeauError, FormatError } from "@flambeau/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSafetensors, decodeState } from "../src/index.js";
import "./device.js";
import fixtures from "./fixtures/python-safetensors.json" with { type: "json" };
import { file, fromBase64 } from "./raw.js";

const entry = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("a malformed file is refused with a sentence about", () => {
  test.each<[what: string, bytes: Uint8Array, sentence: RegExp]>([
    ["no bytes at all", new Uint8Array(), /too short: expected at least 8 bytes.*got 0/],
    ["seven bytes", new Uint8Array(7), /too short.*got 7/],
    ["a header longer than the file", file("{}", 0, 3n), /claims 3 bytes, but only 2 follow/],
    [
      "an absurd header",
      file("{}", 0, 2n ** 63n),
      /claims 9223372036854775808 bytes, more than the 100000000/,
    ],
    ["an empty header", file(""), /does not begin with "\{"/],
    ["leading space", file(" {}"), /does not begin with "\{"/],
    ["a byte order mark", file("\ufeff{}"), /does not begin with "\{"/],
    ["broken JSON", file('{"a":'), /not valid UTF-8 JSON/],
    ["bytes that are not UTF-8", file("{}").map((b, i) => (i === 9 ? 0xff : b)), /not valid UTF-8 JSON/],
    [
      "a tensor given twice",
      file('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":1}'),
      /key "a" twice/,
    ],
    [
      "a field given twice",
      file('{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}'),
      /key "dtype" twice/,
    ],
    [
      "metadata that is not text",
      file({ __metadata__: { a: 1 } }),
      /metadata value of "a" to be a string, got number/,
    ],
    ["metadata that is no object", file({ __metadata__: [] }), /__metadata__ to be an object/],
    ["a tensor that is no object", file({ a: 1 }), /tensor "a" to be described by an object/],
    [
      "an unknown dtype",
      file({ a: entry(0, 4, [1], "F8_E4M3") }, 4),
      /tensor "a" has the dtype "F8_E4M3"; expected one of BOOL,/,
    ],
    ["an inherited name as dtype", file({ a: entry(0, 4, [1], "toString") }, 4), /dtype "toString"/],
    ["a missing dtype", file({ a: { shape: [1], data_offsets: [0, 4] } }, 4), /has the dtype undefined/],
    ["an unknown field", file({ a: { ...entry(0, 4), strides: [1] } }, 4), /unknown field "strides"/],
    ["a negative size", file({ a: entry(0, 4, [-1]) }, 4), /shape \[-1\]; expected/],
    ["a fractional size", file({ a: entry(0, 4, [0.5]) }, 4), /shape \[0.5\]; expected/],
    ["sizes that overflow", file({ a: entry(0, 4, [2 ** 40, 2 ** 40]) }, 4), /takes .* bytes by its shape/],
    [
      "one offset",
      file({ a: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4),
      /data_offsets \[0\]; expected \[begin, end\]/,
    ],
    ["offsets the wrong way round", file({ a: entry(4, 0, [1]) }, 4), /takes 4 bytes.*offsets 4 to 0/],
    [
      "a size that does not match",
      file({ a: entry(0, 8, [3]) }, 8),
      /takes 12 bytes by its shape \[3\] and dtype float32/,
    ],
    ["data out of range", file({ a: entry(0, 8) }, 4), /"a" lies out of range: it ends at byte 8 of 4/],
    [
      "an overlap",
      file({ a: entry(0, 8), b: entry(4, 12) }, 12),
      /"b" overlaps tensor "a": it begins at byte 4, before 8/,
    ],
    ["a hole", file({ a: entry(0, 4), b: entry(8, 12) }, 12), /hole from byte 4 to 8 before tensor "b"/],
    ["a hole at the start", file({ a: entry(4, 8) }, 8), /hole from byte 0 to 4/],
    ["trailing bytes", file({ a: entry(0, 4) }, 7), /3 trailing bytes after the last tensor/],
  ])("%s", (_what, bytes, sentence) => {
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
    expect(() => decodeSafetensors(bytes)).toThrow(sentence);
  });
});

test("keys may repeat in different objects, and inside strings anything goes", () => {
  const header = { __metadata__: { a: '{"a":1,"a":2}' }, a: entry(0, 0, [0]), dtype: entry(0, 0, [0]) };
  expect(Object.keys(decodeSafetensors(file(header)))).toEqual(["a", "dtype"]);
});

test("a tensor may be called __proto__", () => {
  const tensors = decodeSafetensors(
    file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
  );
  expect(Object.getOwnPropertyDescriptor(tensors, "__proto__")?.value.shape).toEqual([1]);
});

/** A good file with some bytes changed, cut or added. */
const damaged = fc
  .tuple(
    fc.constantFrom(...Object.values(fixtures).map(({ file }) => fromBase64(file))),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    fc.integer({ min: -40, max: 12 }),
  )
  .map(([good, changes, longer]) => {
    const bytes = new Uint8Array(Math.max(0, good.length + longer));
    bytes.set(good.subarray(0, bytes.length));
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    return bytes;
  });

test("whatever the damage, nothing but a FormatError comes out, and what is read covers the data", () => {
  let refused = 0;
  fc.assert(
    fc.property(damaged, (bytes) => {
      try {
        const read = Object.values(decodeSafetensors(bytes)).reduce((n, x) => n + x.numel * x.itemSize, 0);
        const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(read).toBe(bytes.length - 8 - header);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }),
    { numRuns: 1500, seed: 20 },
  );
  expect(refused).toBeGreaterThan(300);
});

test.each([
  [{}, /expected a file of saveState/],
  [{ __metadata__: { "flambeau.state": "{" } }, /state is damaged/],
  [{ __metadata__: { "flambeau.state": '{"$tensor":"x"}' } }, /names a tensor "x" that the file lacks/],
  [{ __metadata__: { "flambeau.state": '{"$later":1}' } }, /unknown kind of value, "\$later"/],
  [{ __metadata__: { "flambeau.state": '{"$map":3}' } }, /state is damaged/],
])("decodeState refuses %j", (header, sentence) => {
  expect(() => decodeState(file(header))).toThrow(FlambeauError);
  expect(() => decodeState(file(header))).toThrow(sentence);
});
