import { describe, it } from "vitest";
import {
  constant,
  type Definition,
  definePointwise,
  defineRowwise,
  type Expr,
  rand,
} from "../../src/program/index.js";
import type { ProgramInput } from "../../src/program/types.js";
import { Space, type Values } from "./evaluate.js";
import { checkGradients, pseudo, run } from "./gradient.js";

const space = new Space([3, 4]);
const BOTH = 3;
const ROW = 2;

/** `p` is a positive input, `i` integers from 0 to 3; the number is the axes the input spans. */
type Spec = `${"f" | "p" | "i"}${number}`;
interface Case {
  readonly definition: Definition;
  readonly inputs: readonly Spec[];
  readonly second?: boolean;
}

const inputOf = (spec: Spec): ProgramInput => ({
  axes: Number(spec.slice(1)),
  kind: spec[0] === "i" ? "i" : "f",
});
function valuesOf(spec: Spec, seed: number): Values {
  const values = pseudo(space.count(Number(spec.slice(1))), seed + 5);
  if (spec[0] === "i") return values.map((v) => Math.floor((v + 1) * 2));
  return spec[0] === "p" ? values.map((v) => 1.5 + v) : values;
}

const p = (name: string, inputs: readonly Spec[], f: (...x: Expr[]) => Expr | readonly Expr[]): Case => ({
  definition: definePointwise(name, f),
  inputs,
});
const r = (
  name: string,
  inputs: readonly Spec[],
  f: Parameters<typeof defineRowwise>[1],
  second = true,
): Case => ({
  definition: defineRowwise(name, f),
  inputs,
  second,
});

const pointwise: Case[] = [
  p("gelu", ["f3"], (x) => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1))),
  p("silu", ["f3"], (x) => x.mul(x.sigmoid())),
  p("mish", ["f3"], (x) => x.mul(x.softplus().tanh())),
  p("logSigmoid", ["f3"], (x) => x.logSigmoid()),
  p("relu", ["f3"], (x) => x.relu()),
  p("clamp", ["f3"], (x) => x.clamp(-0.5, 0.5)),
  p("hardswish", ["f3"], (x) => x.mul(x.add(3).clamp(0, 6)).div(6)),
  p("bias", ["f3", "f2"], (x, b) => x.add(b).tanh()),
  p("scaleShift", ["f3", "f1", "f2"], (x, w, b) => x.mul(w).add(b).square()),
  p("scalar", ["f3", "f0"], (x, s) => x.mul(s).exp()),
  p("outer", ["f1", "p2"], (a, b) => a.div(b).sin()),
  p("pow", ["p3", "f3"], (a, b) => a.pow(b)),
  p("powScalar", ["p3"], (a) => a.pow(2.5)),
  p("atan2", ["f3", "f3"], (a, b) => a.atan2(b)),
  p("hypot", ["f3", "f2"], (a, b) => a.hypot(b)),
  p("logaddexp", ["f3", "f1"], (a, b) => a.logaddexp(b)),
  p("extremes", ["f3", "f3"], (a, b) =>
    a
      .max(b)
      .add(a.min(b).square())
      .add(a.fmax(b.mul(2))),
  ),
  p("lerp", ["f3", "f3", "f1"], (a, b, w) => a.lerp(b, w)),
  p("xlogy", ["f3", "p3"], (a, b) => a.xlogy(b)),
  p("digamma", ["p3"], (a) => a.digamma()),
  p("trigamma", ["f3"], (a) => a.sub(1.3).polygamma1()),
  p("erfinv", ["f3"], (a) => a.mul(0.7).erfinv()),
  p("huber", ["f3", "f3"], (a, b) => {
    const d = a.sub(b).abs();
    return d.lt(0.7).where(d.square().mul(0.5), d.sub(0.35).mul(0.7));
  }),
  p("dropout", ["f3"], (x) => rand(7).lt(0.4).where(0, x.div(0.6)).mul(x)),
  p("detach", ["f3"], (x) => x.mul(x.detach().mul(0).add(2)).square()),
  p("twoOutputs", ["f3", "f2"], (x, y) => [x.mul(y), x.add(y).exp()]),
  p("adam", ["f3", "f3", "f3", "p3", "p0"], (w, g, m, v, rate) => {
    const m1 = m.mul(0.9).add(g.mul(0.1));
    const v1 = v.mul(0.99).add(g.square().mul(0.01));
    return [w.sub(rate.mul(m1).div(v1.sqrt().add(1e-3))), m1, v1];
  }),
  p("remainder", ["f3", "p3"], (a, b) => a.mul(5).remainder(b).add(a.mul(5).fmod(b))),
  p("constantOutput", ["f3"], () => constant(3)),
];

const rowwise: Case[] = [
  r("softmax", ["f3"], (row, x) => {
    const e = x.sub(row.max(x)).exp();
    return e.div(row.sum(e));
  }),
  r("scaledSoftmax", ["f3", "p0", "f2"], (row, x, t, mask) => {
    const u = x.mul(t).add(mask);
    const e = u.sub(row.max(u)).exp();
    return e.div(row.sum(e));
  }),
  r("logSoftmax", ["f3"], (row, x) => {
    const u = x.sub(row.max(x));
    return u.sub(row.sum(u.exp()).log());
  }),
  r("logsumexp", ["f3"], (row, x) => row.logsumexp(x)),
  r("layerNorm", ["f3", "f2", "f2", "p0"], (row, x, w, b, eps) => {
    const { mean, m2 } = row.moments(x);
    return x.sub(mean).mul(m2.div(row.size).add(eps).rsqrt()).mul(w).add(b);
  }),
  r("layerNormTwoPass", ["f3", "f2"], (row, x, w) => {
    const d = x.sub(row.mean(x));
    return d.mul(row.mean(d.square()).add(1e-2).rsqrt()).mul(w);
  }),
  r("addLayerNorm", ["f3", "f3", "f2"], (row, x, y, w) => {
    const h = x.add(y);
    const { mean, m2 } = row.moments(h);
    return { out: h.sub(mean).mul(m2.div(row.size).add(1e-2).rsqrt()).mul(w), h };
  }),
  r("rmsNorm", ["f3", "f2"], (row, x, w) => x.mul(row.mean(x.square()).add(1e-2).rsqrt()).mul(w)),
  r("std", ["f3"], (row, x) => row.variance(x).sqrt()),
  r("norm", ["f3"], (row, x) => {
    const s = row.sum(x.square());
    return s.eq(0).where(0, s.sqrt());
  }),
  r("normalize", ["f3"], (row, x) => {
    const s = row.sum(x.square());
    const n = s.eq(0).where(0, s.sqrt());
    return x.div(n.lt(1e-12).where(1e-12, n));
  }),
  r("cosine", ["f3", "f3"], (row, x, y) => {
    const n = row.sum(x.square()).mul(row.sum(y.square())).sqrt();
    return row.sum(x.mul(y)).div(n);
  }),
  r("crossEntropy", ["f3", "i1", "p2"], (row, x, target, weight) => {
    const hit = row.index().eq(target);
    const w = row.sum(hit.where(weight, 0));
    return row
      .logsumexp(x)
      .sub(row.sum(hit.where(x, 0)))
      .mul(w);
  }),
  r("smoothedCrossEntropy", ["f3", "i1"], (row, x, target) => {
    const lse = row.logsumexp(x);
    const picked = row.sum(row.index().eq(target).where(x, 0));
    return lse
      .sub(picked)
      .mul(0.9)
      .add(lse.sub(row.mean(x)).mul(0.1));
  }),
  r("prod", ["f3"], (row, x) => row.prod(x)),
  r("amaxAmin", ["f3"], (row, x) => row.max(x).sub(row.min(x)).square()),
  r("maxOfComputed", ["f3", "f2"], (row, x, w) => row.max(x.mul(w)).exp()),
  r("maxWithIndex", ["f3"], (row, x) => ({ ...row.maxWithIndex(x.mul(2)), low: row.minWithIndex(x).value })),
  r("entropy", ["f3"], (row, x) => {
    const e = x.sub(row.max(x)).exp();
    const q = e.div(row.sum(e));
    return row.sum(q.mul(q.log())).neg();
  }),
  r("kl", ["f3", "f3"], (row, x, y) => {
    const u = x.sub(row.logsumexp(x));
    return row.sum(u.exp().mul(u.sub(y)));
  }),
  r("mean", ["f3"], (row, x) => row.mean(x)),
  r("meanOfBroadcast", ["f1"], (row, x) => row.mean(x).mul(row.sum(x))),
  r("cosineLikeChain", ["f3", "f1"], (row, x, s) => row.sum(x.mul(s)).mul(row.prod(x.add(s).add(2)))),
];

function check({ definition, inputs, second = true }: Case, over: number): void {
  const program = definition.program(inputs.map(inputOf), BOTH, over);
  checkGradients(
    program,
    inputs.map((spec, i) => valuesOf(spec, i)),
    space,
    { second },
  );
}

describe("gradients equal finite differences, to second order, and schedules equal definitions", () => {
  for (const one of pointwise) it(one.definition.name, () => check(one, 0));
  for (const one of rowwise) {
    it(`${one.definition.name} over rows`, () => check(one, ROW));
    it(`${one.definition.name} over columns`, () => {
      const definition = one.definition;
      const turn = (spec: Spec): Spec => `${spec[0] as "f"}${[0, 2, 1, 3][Number(spec.slice(1))] as number}`;
      check({ definition, inputs: one.inputs.map(turn), second: false }, 1);
    });
    it(`${one.definition.name} over everything`, () => {
      const drop = (spec: Spec): Spec => (spec[0] === "i" ? "i0" : spec);
      check({ definition: one.definition, inputs: one.inputs.map(drop), second: false }, BOTH);
    });
  }
});

describe("three axes", () => {
  const cube = new Space([2, 3, 2]);
  it("sums gradients of inputs broadcast in different ways", () => {
    const f = definePointwise("threeWay", (a, b, c) => a.mul(b).add(c).tanh());
    const axes = [5, 6, 4];
    const program = f.program(
      axes.map((a) => ({ axes: a, kind: "f" })),
      7,
    );
    checkGradients(
      program,
      axes.map((a, i) => pseudo(cube.count(a), i + 3)),
      cube,
    );
  });
  it("reduces over axes that are not neighbours", () => {
    const f = defineRowwise("batchNorm", (row, x, w, b) => {
      const { mean, m2 } = row.moments(x);
      return {
        out: x.sub(mean).mul(m2.div(row.size).add(1e-2).rsqrt()).mul(w).add(b),
        mean,
        variance: m2.div(row.size),
      };
    });
    const axes = [7, 2, 2];
    const program = f.program(
      axes.map((a) => ({ axes: a, kind: "f" })),
      7,
      5,
    );
    checkGradients(
      program,
      axes.map((a, i) => pseudo(cube.count(a), i + 3)),
      cube,
    );
  });
  it("covers axes that no input varies along", () => {
    const f = defineRowwise("wide", (row, x) => [row.sum(x.square()), x.mul(row.sum(x))]);
    const program = f.program([{ axes: 4, kind: "f" }], 7, 4);
    checkGradients(program, [pseudo(2, 3)], cube);
    run(program, [pseudo(2, 4)], cube);
  });
});
