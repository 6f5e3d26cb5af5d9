/** Rows by every way they are walked: alone, side by side where many share operands, by teams, and few long ones in parts. */
import { verify } from "@flambeau/codegen";
import * as fb from "flambeau";
import { afterEach, expect, it, vi } from "vitest";
import type { WebgpuBackend } from "../src/backend.js";

const device = await fb.open("webgpu");
const { runtime } = device.backend as WebgpuBackend;
const { traits } = runtime;
const given = traits.emulated;
afterEach(() => {
  traits.emulated = given;
});

const on = (values: number[]): fb.Tensor => fb.tensor(values, { device });

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
    traits.emulated = emulated;
    const found = fb.nn.functional.layerNorm(
      on(x).reshape([rows, columns]),
      columns,
      on(weight),
      on(bias),
      eps,
    );
    const values = [...(await found.flatten().data())] as number[];
    const expected = layerNorm(x, weight, bias);
    const worst = Math.max(...values.map((value, i) => Math.abs(value - (expected[i] as number))));
    expect(values).toHaveLength(rows * columns);
    expect(worst).toBeLessThan(2e-6);
  },
);

interface RowFold {
  readonly of: (x: fb.Tensor) => fb.Tensor;
  readonly value: (row: readonly number[]) => number;
  /** Whether float32 has to round on the way; what it need not round is exact. */
  readonly rounds?: boolean;
}
/** Folds of a row in float64, by the names of the operators: one for each kind of state that parts hand on. */
const folds: Record<string, RowFold> = {
  sum: { rounds: true, of: (x) => x.sum(-1), value: (row) => row.reduce((sum, v) => sum + v, 0) },
  "sum of int64": {
    of: (x) => x.mul(1e6).long().mul(1000).sum(-1),
    value: (row) => row.reduce((sum, v) => sum + 1000 * Math.trunc(Math.fround(v * 1e6)), 0),
  },
  amax: { of: (x) => x.amax(-1), value: (row) => row.reduce((a, b) => Math.max(a, b)) },
  argmin: { of: (x) => x.argmin(-1), value: (row) => row.indexOf(row.reduce((a, b) => Math.min(a, b))) },
  any: { of: (x) => x.gt(3.19).any(-1), value: (row) => Number(row.some((v) => v > 3.19)) },
  all: { of: (x) => x.gt(-2.0001).all(-1), value: (row) => Number(row.every((v) => v > -2.0001)) },
  logsumexp: {
    rounds: true,
    of: (x) => x.logsumexp(-1),
    value: (row) => Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)),
  },
  std: {
    rounds: true,
    of: (x) => x.std(-1),
    value: (row) => {
      const mean = row.reduce((sum, v) => sum + v, 0) / row.length;
      return Math.sqrt(row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (row.length - 1));
    },
  },
};
const long = [
  [1, 50_001],
  [3, 20_000],
  [7, 16_390],
  [1, 200_001],
] as const;
const longCases = Object.keys(folds).flatMap((name) =>
  long.flatMap(([rows, columns]) => [false, true].map((emulated) => ({ name, rows, columns, emulated }))),
);

it.each(longCases)("folds $rows rows of $columns in parts: $name, emulated: $emulated", async (long) => {
  const { name, rows, columns, emulated } = long;
  const { of, value, rounds = false } = folds[name] as RowFold;
  const x = wave(rows * columns, 0);
  const tensor = on(x).reshape([rows, columns]);
  traits.emulated = emulated;
  const run = vi.spyOn(runtime, "run");
  const found = of(tensor);
  const dispatches = run.mock.calls.at(-1)?.[0].dispatches ?? [];
  expect(dispatches).toHaveLength(2);
  for (const { build } of dispatches) expect(verify(build())).toEqual([]);
  run.mockRestore();
  const values = [...(await found.data())].map(Number);
  const expected = Array.from({ length: rows }, (_, r) => value(x.slice(r * columns, (r + 1) * columns)));
  expect(values).toHaveLength(rows);
  for (const [r, value] of values.entries())
    expect(Math.abs(value - (expected[r] as number))).toBeLessThanOrEqual(
      (rounds ? 2e-6 : 0) * Math.abs(expected[r] as number),
    );
});
