// Files written by the Python package safetensors 0.8.0 (numpy 2.4.6; bfloat16 through its `serialize`).
import { type DType, fromBytes } from "@flambeau/core";
import { describe, expect, test } from "vitest";
import { decodeSafetensors, decodeSafetensorsHeader, encodeSafetensors } from "../src/index.js";
import "./device.js";
import fixtures from "./fixtures/python-safetensors.json" with { type: "json" };
import { bytesOfTensor, fromBase64 } from "./raw.js";

interface Fixture {
  file: string;
  metadata?: Record<string, string>;
  tensors: Record<string, { shape: number[]; bytes: string }>;
}

/** dtypes of the tensors whose name is not the name of their dtype. */
const dtypeOf: Record<string, DType> = {
  w: "bfloat16",
  zero: "float32",
  one: "int32",
  "a.weight": "float32",
  "b.weight": "float32",
  'ä "quoted"\n\u2028😀': "uint8",
  "\uff5e": "uint8",
};

describe.each(Object.entries(fixtures as Record<string, Fixture>))("%s", (_name, fixture) => {
  const bytes = fromBase64(fixture.file);
  const rows = Object.entries(fixture.tensors).map(([name, { shape, bytes }]) => ({
    name,
    dtype: dtypeOf[name] ?? (name as DType),
    shape,
    bytes: fromBase64(bytes),
  }));

  test("is read", async () => {
    const tensors = decodeSafetensors(bytes);
    expect(Object.keys(tensors).sort()).toEqual(rows.map(({ name }) => name).sort());
    for (const row of rows) {
      const x = tensors[row.name]!;
      expect([row.name, x.dtype, x.shape]).toEqual([row.name, row.dtype, row.shape]);
      expect(await bytesOfTensor(x)).toEqual(row.bytes);
    }
    expect(decodeSafetensorsHeader(bytes).metadata).toEqual(fixture.metadata ?? {});
  });

  test("is written byte for byte", async () => {
    const tensors = Object.fromEntries(
      rows.map((row) => [row.name, fromBytes(row.bytes, row.shape, row.dtype)]),
    );
    expect(await encodeSafetensors(tensors, fixture.metadata)).toEqual(bytes);
  });
});
