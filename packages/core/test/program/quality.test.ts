import { describe, expect, it } from "vitest";
import {
  type Definition,
  definePointwise,
  defineRowwise,
  differentiate,
  type Expr,
  type Row,
  rand,
  schedule,
} from "../../src/program/index.js";
import type { Kind, Program } from "../../src/program/types.js";

const input = (spec: string): { axes: number; kind: Kind } => ({
  axes: Number(spec.slice(1)),
  kind: spec[0] as Kind,
});
const program = (definition: Definition, specs: string, over: number): Program =>
  definition.program(specs.split(" ").map(input), 3, over);
const passes = (p: Program): number[] => schedule(p).map((step) => step.passes.length);

/** What is kept for the gradient of the float inputs with axes: names of inputs (x0 …), outputs (y0 …) and operations. */
function kept(p: Program): string {
  const derived = differentiate(
    p,
    p.inputs.map(({ kind, axes }) => kind === "f" && axes > 0),
    p.outputs.map(() => true),
  );
  const own = p.outputs.length;
  const names = derived.saved.map(({ from, index }) =>
    from === "input"
      ? `x${index}`
      : index < own
        ? `y${index}`
        : String(derived.hidden[index - own]?.p ?? derived.hidden[index - own]?.op),
  );
  return names.sort().join(" ");
}
const backward = (p: Program): Program =>
  differentiate(
    p,
    p.inputs.map(({ kind, axes }) => kind === "f" && axes > 0),
    p.outputs.map(() => true),
  ).program;

describe("pointwise functions keep one value where one suffices", () => {
  const cases: [string, string, (...x: Expr[]) => Expr, string][] = [
    ["tanh", "f3", (x) => x.tanh(), "y0"],
    ["sigmoid", "f3", (x) => x.sigmoid(), "y0"],
    ["relu", "f3", (x) => x.relu(), "y0"],
    ["exp", "f3", (x) => x.exp(), "y0"],
    ["sqrt", "f3", (x) => x.sqrt(), "y0"],
    ["add", "f3 f2", (x, b) => x.add(b), ""],
    ["silu", "f3", (x) => x.mul(x.sigmoid()), "x0"],
    ["mul", "f3 f3", (a, b) => a.mul(b), "x0 x1"],
    ["dropout", "f3 i0", (x, seed) => rand(seed).lt(0.5).where(0, x.mul(2)), "x1"],
  ];
  for (const [name, specs, f, expected] of cases) {
    it(name, () => expect(kept(program(definePointwise(name, f), specs, 0))).toBe(expected));
  }
});

describe("row functions take no more sweeps, and keep no more, than by hand", () => {
  const exps = (row: Row, x: Expr): Expr => x.sub(row.max(x)).exp();
  const cases: [string, string, Parameters<typeof defineRowwise>[1], number[], number[], string][] = [
    ["softmax", "f3", (row, x) => exps(row, x).div(row.sum(exps(row, x))), [2], [2], "y0"],
    ["logSoftmax", "f3", (row, x) => x.sub(row.max(x)).sub(row.sum(exps(row, x)).log()), [2], [2], "y0"],
    ["logsumexp", "f3", (row, x) => row.logsumexp(x), [1], [1], "select sum x0"],
    ["variance", "f3", (row, x) => row.variance(x), [1], [1], "welford.mean x0"],
    ["prod", "f3", (row, x) => row.prod(x), [1], [2], "x0 y0"],
    ["amax", "f3", (row, x) => row.max(x), [1], [2], "x0 y0"],
    [
      "layerNorm",
      "f3 f2 f2 f0",
      (row, x, w, b, eps) => {
        const { mean, m2 } = row.moments(x);
        return x.sub(mean).mul(m2.div(row.size).add(eps).rsqrt()).mul(w).add(b);
      },
      [2],
      [2, 1],
      "rsqrt welford.mean x0 x1",
    ],
    [
      "rmsNorm",
      "f3 f2",
      (row, x, w) => x.mul(row.mean(x.square()).add(1e-5).rsqrt()).mul(w),
      [2],
      [2, 1],
      "rsqrt x0 x1",
    ],
    [
      "crossEntropy",
      "f3 i1",
      (row, x, t) => row.logsumexp(x).sub(row.sum(row.index().eq(t).where(x, 0))),
      [1],
      [1],
      "select sum x0 x1",
    ],
    [
      "cosine",
      "f3 f3",
      (row, x, y) => row.sum(x.mul(y)).div(row.sum(x.square()).sqrt().mul(row.sum(y.square()).sqrt())),
      [1],
      [1],
      "sqrt sqrt x0 x1 y0",
    ],
  ];
  for (const [name, specs, f, forward, back, saved] of cases) {
    it(name, () => {
      const p = program(defineRowwise(name, f), specs, 2);
      expect(passes(p)).toEqual(forward);
      expect(passes(backward(p))).toEqual(back);
      expect(kept(p)).toBe(saved);
    });
  }
  it("batch norm gets all three gradients in one launch of two sweeps", () => {
    const f = defineRowwise("batchNorm", (row, x, w, b) => {
      const { mean, m2 } = row.moments(x);
      return x.sub(mean).mul(m2.div(row.size).add(1e-5).rsqrt()).mul(w).add(b);
    });
    expect(passes(backward(program(f, "f3 f2 f2", 1)))).toEqual([2]);
  });
  it("the gradient of a bias rides along with the gradient it is the sum of", () => {
    const p = program(
      definePointwise("geluBias", (x, b) => x.add(b).mul(x.add(b).mul(0.7).erf().add(1))),
      "f3 f2",
      0,
    );
    expect(passes(backward(p))).toEqual([1]);
  });
});

it("builds and differentiates in well under a millisecond or two once warm", () => {
  const softmax = (): Definition =>
    defineRowwise("softmax", (row, x) => {
      const e = x.sub(row.max(x)).exp();
      return e.div(row.sum(e));
    });
  const once = (): void => void passes(backward(program(softmax(), "f3", 2)));
  for (let i = 0; i < 100; i++) once();
  const start = performance.now();
  for (let i = 0; i < 100; i++) once();
  expect((performance.now() - start) / 100).toBeLessThan(5);
});
