import type { Expr } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { unaryInstructions } from "../src/fused/instructions.js";
import { pointwise } from "./support/fused.js";
import { backend, tensor, values } from "./support/tensors.js";

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

type Name = keyof typeof unaryInstructions;
const floatOps = (Object.keys(unaryInstructions) as Name[]).filter(
  (name) => unaryInstructions[name].f !== undefined,
);
const apply = (name: Name) => (x: Expr) => (x as unknown as Record<Name, () => Expr>)[name]();

/** The distance between float32 neighbours at `x`. */
function ulp(x: number): number {
  const single = Float32Array.of(Math.abs(x));
  const next = new Float32Array(Uint32Array.of(new Uint32Array(single.buffer)[0]! + 1).buffer);
  return next[0]! - single[0]!;
}

const domains: Partial<Record<Name, readonly [number, number]>> = {
  exp: [-86, 88],
  exp2: [-125, 127],
  expm1: [-20, 88],
  sinh: [-88, 88],
  cosh: [-88, 88],
  asin: [-1, 1],
  acos: [-1, 1],
  atanh: [-1, 1],
  acosh: [1, 1e3],
  erfinv: [-1, 1],
  erfc: [-4, 9],
  lgamma: [0.01, 50],
  digamma: [0.01, 50],
  log1p: [-0.999, 1e3],
  sin: [-1e6, 1e6],
  cos: [-1e6, 1e6],
  tan: [-1e6, 1e6],
};

function samples(name: Name, count: number): number[] {
  const [low, high] = domains[name] ?? [-20, 20];
  const list: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = (i * 0.6180339887498949) % 1;
    // Every fourth sample is close to the lower end or to zero, over many magnitudes.
    const scale = i % 4 === 0 ? 10 ** -((i / 4) % 12) : 1;
    const value = low >= 0 ? low + (high - low) * at * scale : (low + (high - low) * at) * scale;
    list.push(Math.fround(Math.min(high, Math.max(low, value))));
  }
  return list;
}

describe("float32 functions", () => {
  // The float64 instructions are the C library's functions, within 1 ulp of float64.
  it.each(floatOps)("%s is within 2.6 ulp of the C library's float64 function", (name) => {
    const list = samples(name, 20_000);
    const positive =
      name.startsWith("log") && name !== "log1p" ? list.map((x) => Math.abs(x) * 1e3 + 1e-38) : list;
    const shape = [positive.length];
    const single = values(pointwise(apply(name), [tensor("float32", shape, positive)], shape, "float32")[0]!);
    const exact = positive.map(Math.fround);
    const double = values(pointwise(apply(name), [tensor("float64", shape, exact)], shape, "float64")[0]!);
    let worst = 0;
    let where = 0;
    single.forEach((got, i) => {
      const want = double[i]!;
      const error = Object.is(got, Math.fround(want)) || got === want ? 0 : Math.abs(got - want) / ulp(want);
      if (!(error <= worst)) {
        worst = error;
        where = positive[i]!;
      }
    });
    expect(worst, `at ${where}`).toBeLessThanOrEqual(2.6);
  });

  const special = [
    0,
    -0,
    1,
    -1,
    inf,
    -inf,
    nan,
    1e-40,
    -1e-40,
    3e38,
    -3e38,
    1e10,
    0.5,
    2.5,
    -2.5,
    1e5,
    -200,
    200,
  ];
  it.each(floatOps)(
    "%s treats zeros, infinities, NaN, denormals and huge arguments as the C library does",
    (name) => {
      const shape = [special.length];
      const exact = special.map(Math.fround);
      const single = values(pointwise(apply(name), [tensor("float32", shape, exact)], shape, "float32")[0]!);
      const double = values(pointwise(apply(name), [tensor("float64", shape, exact)], shape, "float64")[0]!);
      const wrong = single.flatMap((got, i) => {
        const want = Math.fround(double[i]!);
        const close = Object.is(got, want) || Math.abs(got - want) <= 3 * ulp(want);
        return close ? [] : [{ x: exact[i], got, want }];
      });
      expect(wrong).toEqual([]);
    },
  );

  it("float64 functions agree with JavaScript's Math", () => {
    const names = [
      "exp",
      "log",
      "sin",
      "cos",
      "tan",
      "atan",
      "sinh",
      "cosh",
      "tanh",
      "asinh",
      "expm1",
      "log1p",
      "sqrt",
      "log2",
      "log10",
    ] as const;
    const list = [0.1, 0.5, 0.9, 1.5, 3, 10, 20];
    for (const name of names) {
      const got = values(pointwise(apply(name), [tensor("float64", [7], list)], [7], "float64")[0]!);
      got.forEach((y, i) => void expect(Math.abs(y / Math[name](list[i]!) - 1), name).toBeLessThan(1e-14));
    }
  });

  it("erfinv, digamma, lgamma match values recorded from PyTorch", () => {
    const run = (name: Name, list: number[]): number[] =>
      values(pointwise(apply(name), [tensor("float64", [list.length], list)], [list.length], "float64")[0]!);
    const near = (got: number[], want: number[]): void => {
      for (const [i, y] of got.entries()) {
        if (Number.isFinite(want[i])) expect(y).toBeCloseTo(want[i]!, 10);
        else expect(y).toBe(want[i]);
      }
    };
    near(run("erfinv", [0.5, -0.9, 0.999999, 1]), [
      0.4769362762044699,
      -1.1630871536766743,
      3.458910737283175,
      inf,
    ]);
    near(run("digamma", [0.5, -1.5, 10, 0, -1]), [
      -1.9635100260214229,
      0.7031566406452433,
      2.251752589066721,
      -inf,
      nan,
    ]);
    near(run("lgamma", [0.5, -1.5, 10, 0, -1]), [
      0.5723649429247001,
      0.860047015376481,
      12.801827480081469,
      inf,
      inf,
    ]);
  });

  it("rounds halves to even and keeps the sign of zero", () => {
    const got = values(
      pointwise(
        apply("round"),
        [tensor("float32", [6], [0.5, 1.5, 2.5, -0.5, -1.5, 1e9])],
        [6],
        "float32",
      )[0]!,
    );
    expect(got).toEqual([0, 2, 2, -0, -2, 1e9]);
    expect(backend.stats().liveBuffers).toBeGreaterThan(0);
  });
});
