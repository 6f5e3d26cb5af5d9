import type { Definition, DType, FusedLaunch, Kind, Program, Widths } from "@flambeau/core";
import { definePointwise, defineRowwise, kindOf, schedule, uniformAt } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { ReferenceBackend } from "../src/reference/backend.js";
import { blank, contents, operand } from "./launches.js";

const backend = new ReferenceBackend(0);

type Given = { readonly dtype: DType; readonly values: readonly (number | bigint)[] };
const f64 = (...values: number[]): Given => ({ dtype: "float64", values });
const i32 = (...values: number[]): Given => ({ dtype: "int32", values });

const kinds = (given: readonly Given[]): { axes: number; kind: Kind }[] =>
  given.map(({ dtype }) => ({ axes: 1, kind: kindOf(dtype) }));

/** Runs a one-step program over one axis of `size` elements. */
function run(
  program: Program,
  over: number,
  size: number,
  given: readonly Given[],
  out: DType,
  widths: Widths,
): (number | bigint)[] {
  const steps = schedule(program);
  expect(steps).toHaveLength(1);
  const step = steps[0]!;
  const reduced = step.outputs[0]!.axes === 0;
  const result = blank(backend, out, [reduced ? 1 : size]);
  const launch: FusedLaunch = {
    kernel: {
      kind: "fused",
      name: program.name,
      step,
      inputs: given.map((g) => g.dtype),
      outputs: [out],
      widths,
    },
    sizes: [size],
    axisOf: [0],
    inputs: step.inputs.map(({ from }) => {
      const { dtype, values } = given["program" in from ? from.program : -1]!;
      return operand(backend, dtype, [size], values);
    }),
    outputs: [{ ...result, strides: [reduced ? 0 : 1] }],
  };
  expect(step.over).toBe(over);
  backend.enqueue(launch);
  return contents(backend, result);
}

const wide: Widths = { f: "float64", i: "int64" };
const narrow: Widths = { f: "float32", i: "int32" };

const pointwise = (
  definition: Definition,
  given: readonly Given[],
  out: DType,
  widths = wide,
): (number | bigint)[] =>
  run(definition.program(kinds(given), 1), 0, given[0]!.values.length, given, out, widths);

const rowwise = (
  definition: Definition,
  given: readonly Given[],
  out: DType,
  widths = wide,
): (number | bigint)[] =>
  run(definition.program(kinds(given), 1, 1), 1, given[0]!.values.length, given, out, widths);

describe("pointwise", () => {
  it("rounds every node to float32 where the width says so", () => {
    const sum = definePointwise("sum", (a, b) => a.add(b).sub(a));
    expect(pointwise(sum, [f64(1e8), f64(1)], "float64")).toEqual([1]);
    expect(pointwise(sum, [f64(1e8), f64(1)], "float64", narrow)).toEqual([0]);
  });

  it("wraps int32 and computes int64 exactly", () => {
    const product = definePointwise("product", (a, b) => a.mul(b));
    expect(pointwise(product, [i32(65536), i32(65537)], "int32", narrow)).toEqual([65536]);
    const big: Given = { dtype: "int64", values: [3037000500n] };
    expect(pointwise(product, [big, big], "int64")).toEqual([BigInt.asIntN(64, 3037000500n ** 2n)]);
  });

  it("divides integers as Python and C do, and records a zero divisor", () => {
    const floor = definePointwise("floor", (a, b) => a.floorDiv(b));
    const rest = definePointwise("rest", (a, b) => a.remainder(b));
    expect(pointwise(floor, [i32(7, -7, 7, -7), i32(2, 2, -2, -2)], "int32", narrow)).toEqual([3, -4, -4, 3]);
    expect(pointwise(rest, [i32(7, -7, 7, -7), i32(3, 3, -3, -3)], "int32", narrow)).toEqual([1, 2, -2, -1]);
    expect(() => pointwise(floor, [i32(1), i32(0)], "int32", narrow)).toThrow("floor");
  });

  // torch.bitwise_left_shift counts modulo the width: 3 << -1 is 3 << 63 for int64.
  it("takes shift counts modulo the width", () => {
    const shift = definePointwise("shift", (a, b) => a.shl(b));
    const given = (values: bigint[]): Given => ({ dtype: "int64", values });
    expect(pointwise(shift, [given([3n, 3n]), given([-1n, 65n])], "int64")).toEqual([-(2n ** 63n), 6n]);
    expect(pointwise(shift, [i32(3), i32(33)], "int32", narrow)).toEqual([6]);
  });

  it("stores bfloat16 rounded once", () => {
    const copy = definePointwise("copy", (x) => x.mul(1.5));
    expect(pointwise(copy, [f64(2.015625)], "bfloat16", narrow)).toEqual([3.03125]);
  });

  it("draws random numbers by position", () => {
    const noise = definePointwise("noise", (seed) => uniformAt(seed, seed));
    const got = pointwise(noise, [{ dtype: "int64", values: [0n, 0n, 0n, 0n] }], "float64", narrow);
    expect(got).toEqual(
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8].map((word) => (word >>> 8) / 2 ** 24),
    );
  });
});

describe("rowwise", () => {
  it("computes softmax in its passes", () => {
    const softmax = defineRowwise("softmax", (row, x) => {
      const e = x.sub(row.max(x)).exp();
      return e.div(row.sum(e));
    });
    const got = rowwise(softmax, [f64(0, Math.log(2), Math.log(5))], "float64") as number[];
    for (const [i, want] of [1 / 8, 2 / 8, 5 / 8].entries()) expect(got[i]).toBeCloseTo(want, 14);
  });

  it.each([
    { name: "sum", want: 6 },
    { name: "prod", want: 0 },
    { name: "max", want: 3 },
    { name: "min", want: 0 },
  ] as const)("folds $name", ({ name, want }) => {
    const fold = defineRowwise(name, (row, x) => row[name](x));
    expect(rowwise(fold, [f64(1, 2, 0, 3)], "float64")).toEqual([want]);
    expect(rowwise(fold, [f64(1, NaN, 0, 3)], "float64")).toEqual([NaN]);
  });

  it("gives the first of tied extremes, and NaN before all", () => {
    const place = defineRowwise("argmax", (row, x) => row.argmax(x));
    expect(rowwise(place, [f64(1, 3, 3, 2)], "int64")).toEqual([1n]);
    expect(rowwise(place, [f64(1, NaN, 3, NaN)], "int64")).toEqual([1n]);
  });
});
