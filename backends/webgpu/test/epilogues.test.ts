import type { DeviceBuffer, Operand } from "@flambeau/core";
import { expect, it } from "vitest";
import { read } from "../../../packages/codegen/src/elements/operands.js";
import { matmulProduct } from "../../../packages/codegen/src/matmul/lower.js";
import { lowerProduct } from "../../../packages/codegen/src/tiles/lower.js";
import type { Epilogue } from "../../../packages/codegen/src/tiles/product.js";
import { openDevice } from "./support/device.js";

const backend = await openDevice();

const buffer = (values: readonly number[]): DeviceBuffer => {
  const made = backend.alloc(values.length * 4);
  backend.write(made, 0, new Uint8Array(Float32Array.from(values).buffer));
  return made;
};
const operand = (values: readonly number[], shape: readonly number[]): Operand => ({
  buffer: buffer(values),
  dtype: "float32",
  shape,
  strides: shape.map((_, d) => shape.slice(d + 1).reduce((n, size) => n * size, 1)),
  offset: 0,
});

// Depths that fit one dispatch, and one that is cut into parts which are summed before the epilogues.
it.each([
  ["few rows", 3, 5, 4],
  ["a tile and a bit", 37, 70, 33],
  ["a depth in parts", 8, 8, 20_000],
])("epilogues of a product run in order on finished elements: %s", async (_, m, n, k) => {
  const small = (count: number, seed: number): number[] =>
    Array.from({ length: count }, (_, i) => ((i * 7 + seed * 5) % 5) - 2);
  const [a, b, bias, scale] = [small(m * k, 1), small(k * n, 2), small(m * n, 3), small(n, 4)];
  const out = operand(new Array(m * n).fill(Number.NaN), [m, n]);
  const product = matmulProduct({
    kernel: { kind: "matmul", dtype: "float32" },
    a: operand(a, [m, k]),
    b: operand(b, [k, n]),
    bias: operand(bias, [m, n]),
    out,
  });
  const scaled: Epilogue = {
    key: "scale",
    uses: [read(operand(scale, [n]))],
    apply: (value, at, [factor]) => value.mul(factor!.load(factor!.index([at[1]!]))),
  };
  const rectified: Epilogue = { key: "relu", uses: [], apply: (value) => value.max(0) };
  const epilogues = [...product.epilogues, scaled, rectified];
  backend.runtime.run(lowerProduct({ ...product, epilogues }, backend.runtime.traits));

  const expected = Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    let sum = bias[i]!;
    for (let d = 0; d < k; d++) sum += a[row * k + d]! * b[d * n + column]!;
    return Math.max(0, sum * scale[column]!);
  });
  const found = new Float32Array((await backend.read(out.buffer, 0, m * n * 4)).buffer);
  expect([...found].map((x) => x + 0)).toEqual(expected.map((x) => x + 0));
});
