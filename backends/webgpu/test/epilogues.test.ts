import type { DeviceTraits } from "@flambeau/codegen";
import type { DeviceBuffer, Operand } from "@flambeau/core";
import { expect, it } from "vitest";
import { read } from "../../../packages/codegen/src/elements/operands.js";
import { matmulProduct } from "../../../packages/codegen/src/matmul/lower.js";
import { lowerProduct } from "../../../packages/codegen/src/tiles/lower.js";
import type { Epilogue } from "../../../packages/codegen/src/tiles/product.js";
import { openDevice } from "./support/device.js";

const backend = await openDevice();
const { traits } = backend.runtime;
const kinds: Record<string, DeviceTraits> = {
  "a GPU": { ...traits, emulated: false },
  "a processor": { ...traits, emulated: true },
};

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

// A depth in parts takes a second dispatch, which adds them up before the epilogues.
const products = [
  { title: "few rows", m: 3, n: 5, k: 4, dispatches: 1 },
  { title: "a tile and a bit", m: 37, n: 70, k: 33, dispatches: 1 },
  { title: "a depth in parts", m: 8, n: 8, k: 20_000, dispatches: 2 },
];

it.each(Object.keys(kinds).flatMap((kind) => products.map((product) => ({ kind, ...product }))))(
  "epilogues of a product run in order on finished elements: $title, lowered for $kind",
  async ({ kind, m, n, k, dispatches }) => {
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
    const plan = lowerProduct({ ...product, epilogues }, kinds[kind]!);
    expect(plan.dispatches).toHaveLength(dispatches);
    backend.runtime.run(plan);

    const expected = Array.from({ length: m * n }, (_, i) => {
      const [row, column] = [Math.floor(i / n), i % n];
      let sum = bias[i]!;
      for (let d = 0; d < k; d++) sum += a[row * k + d]! * b[d * n + column]!;
      return Math.max(0, sum * scale[column]!);
    });
    const found = new Float32Array((await backend.read(out.buffer, 0, m * n * 4)).buffer);
    // All sums are of small integers, hence exact; adding 0 makes one of the two zeros.
    expect([...found].map((x) => x + 0)).toEqual(expected.map((x) => x + 0));
  },
);
