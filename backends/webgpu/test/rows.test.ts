/** Rows by every way they are walked: alone, side by side where many share operands, and by teams. Layer norm has all of it. */
import * as fb from "flambeau";
import { expect, it } from "vitest";
import type { WebgpuBackend } from "../src/backend.js";

const device = await fb.open("webgpu");
const { traits } = (device.backend as WebgpuBackend).runtime;
const given = traits.emulated;

const eps = 1e-5;
/** The formula of Ba et al., 2016, in float64. */
function layerNorm(x: readonly number[], weight: readonly number[], bias: readonly number[]): number[] {
  const columns = weight.length;
  return x.map((value, at) => {
    const start = at - (at % columns);
    const row = x.slice(start, start + columns);
    const mean = row.reduce((sum, v) => sum + v, 0) / columns;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / columns;
    const c = at - start;
    return ((value - mean) / Math.sqrt(variance + eps)) * (weight[c] as number) + (bias[c] as number);
  });
}

const wave = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(2 * Math.sin(1.7 * i + seed) + (i % 7) / 5));

const shapes = [
  [5, 3],
  [12, 70],
  [256, 37],
  [300, 64],
  [258, 9],
  [3, 1100],
] as const;
const cases = shapes.flatMap(([rows, columns]) =>
  [false, true].map((emulated) => ({ rows, columns, emulated })),
);

it.each(cases)(
  "normalises $rows rows of $columns, emulated: $emulated",
  async ({ rows, columns, emulated }) => {
    const [x, weight, bias] = [wave(rows * columns, 0), wave(columns, 1), wave(columns, 2)];
    const on = (values: number[]): fb.Tensor => fb.tensor(values, { device });
    traits.emulated = emulated;
    const found = fb.nn.functional.layerNorm(
      on(x).reshape([rows, columns]),
      columns,
      on(weight),
      on(bias),
      eps,
    );
    traits.emulated = given;
    const values = [...(await found.flatten().data())] as number[];
    const expected = layerNorm(x, weight, bias);
    const worst = Math.max(...values.map((value, i) => Math.abs(value - (expected[i] as number))));
    expect(values).toHaveLength(rows * columns);
    expect(worst).toBeLessThan(2e-6);
  },
);
