/** What random fused programs compute, and which values their inputs take. */
import type { BinaryOp, Expr, Kind, Program, ProgramInput, Row, UnaryOp } from "@flambeau/core";
import {
  binaryOps,
  binaryScalar,
  bitsAt,
  definePointwise,
  defineRowwise,
  unaryOps,
  unaryScalar,
  uniformAt,
} from "@flambeau/core";
import type { Value } from "../hostOperand.js";
import type { Seeded } from "../seeded.js";

export interface Recipe {
  readonly inputs: readonly { readonly kind: Kind; readonly value?: Value }[];
  /** Whether rows are folded. */
  readonly rowwise: boolean;
  define(inputs: readonly ProgramInput[], axes: number, over: number): Program;
}

const pointwise = (name: string, inputs: Recipe["inputs"], build: (...x: Expr[]) => Expr): Recipe => ({
  inputs,
  rowwise: false,
  define: (of, axes) => definePointwise(name, build).program(kindsOf(of), axes),
});

/** Only axes and kind of an input belong to a program. */
const kindsOf = (inputs: readonly ProgramInput[]): ProgramInput[] =>
  inputs.map(({ axes, kind }) => ({ axes, kind }));

/** Where each function is defined and well conditioned; elsewhere between -3 and 3. */
const domains: { readonly [O in UnaryOp | BinaryOp]?: readonly [number, number] } = {
  sqrt: [0, 9],
  rsqrt: [0.25, 9],
  reciprocal: [0.25, 9],
  log: [0.25, 9],
  log2: [0.25, 9],
  log10: [0.25, 9],
  log1p: [-0.5, 9],
  tan: [-1, 1],
  asin: [-1, 1],
  acos: [-1, 1],
  acosh: [1.125, 9],
  atanh: [-0.875, 0.875],
  erfinv: [-0.875, 0.875],
  lgamma: [0.25, 9],
  digamma: [0.25, 9],
  pow: [0.25, 3],
  div: [0.25, 9],
  floorDiv: [0.25, 9],
  truncDiv: [0.25, 9],
  fmod: [0.25, 9],
  remainder: [0.25, 9],
};

/** Integers as second operands of these must be neither zero nor large. */
const smallIntegers = new Set<string>(["floorDiv", "truncDiv", "fmod", "remainder", "pow", "shl", "shr"]);

const specials = [NaN, Infinity, -Infinity, 0, -0];

/** Eighths, so that every float dtype holds them exactly and both sides compute on the very same values. */
function valueFor(random: Seeded, op: UnaryOp | BinaryOp): Value {
  const [low, high] = domains[op] ?? [-3, 3];
  return (dtype) => {
    if (dtype === "bool") return random.int(0, 1);
    if (dtype.includes("float"))
      return random.chance(0.05) ? random.pick(specials) : random.int(low * 8, high * 8) / 8;
    if (smallIntegers.has(op)) return random.int(1, 4);
    return dtype === "uint8" ? random.int(0, 20) : random.int(-20, 20);
  };
}

/** One operation of the scalar tables, in one of the kinds it takes. */
export function operationRecipe(random: Seeded): Recipe {
  if (random.chance(0.5)) {
    const op = random.pick(unaryOps);
    const input = { kind: random.pick(unaryScalar(op).takes), value: valueFor(random, op) };
    return pointwise(op, [input], (x) => x![op]());
  }
  // The neighbour of a number depends on the width it is computed in, which a stored result may hide.
  const op = random.pick(binaryOps.filter((name) => name !== "nextafter"));
  const kind = random.pick(binaryScalar(op).takes);
  const input = { kind, value: valueFor(random, op) };
  return pointwise(op, [input, input], (a, b) => a![op](b!));
}

const smooth = ["neg", "abs", "sin", "cos", "tanh", "sigmoid", "relu", "softplus", "erf", "atan"] as const;
const joins = ["add", "sub", "mul", "max", "min", "atan2", "hypot"] as const;

/** A tree of smooth operations with a choice in it; the condition reads inputs alone, so rounding cannot flip it. */
export function expressionRecipe(random: Seeded): Recipe {
  const inputs = Array.from({ length: random.int(1, 4) }, () => ({ kind: "f" as const }));
  const plan = Array.from({ length: 8 }, () => random.int(0, 1000));
  return pointwise(`expression${plan[0]}`, inputs, (...x) => {
    const values = [...x];
    for (const choice of plan) {
      const a = values[choice % values.length]!;
      const b = values[(choice >> 2) % values.length]!;
      const kind = choice % 3;
      if (kind === 0) values.push(a[smooth[choice % smooth.length]!]());
      else if (kind === 1) values.push(a[joins[choice % joins.length]!](b).mul(0.5));
      else values.push(x[0]!.gt(0.25).where(a, b));
    }
    return values.at(-1)!;
  });
}

/** Folds `x`; `w` may be broadcast along any axis. */
type Build = (row: Row, x: Expr, w: Expr) => Expr | Record<string, Expr>;

const reductions: { readonly [name: string]: { readonly kinds: readonly Kind[]; readonly build: Build } } = {
  sum: { kinds: ["f", "i"], build: (row, x) => row.sum(x) },
  max: { kinds: ["f", "i"], build: (row, x) => row.max(x) },
  min: { kinds: ["f", "i"], build: (row, x) => row.min(x) },
  any: { kinds: ["b"], build: (row, x) => row.any(x) },
  all: { kinds: ["b"], build: (row, x) => row.all(x) },
  argmax: { kinds: ["f", "i"], build: (row, x) => row.argmax(x) },
  argmin: { kinds: ["f", "i"], build: (row, x) => row.argmin(x) },
  mean: { kinds: ["f"], build: (row, x) => row.mean(x) },
  moments: { kinds: ["f"], build: (row, x) => ({ ...row.moments(x) }) },
  logsumexp: { kinds: ["f"], build: (row, x) => row.logsumexp(x) },
  softmax: {
    kinds: ["f"],
    build: (row, x) => {
      const e = x.sub(row.max(x)).exp();
      return e.div(row.sum(e));
    },
  },
  normalize: {
    kinds: ["f"],
    build: (row, x, w) => {
      const { mean, m2 } = row.moments(x);
      return x.sub(mean).mul(m2.div(row.size).add(1).rsqrt()).mul(w).add(w);
    },
  },
  dot: { kinds: ["f"], build: (row, x, w) => row.sum(x.mul(w)) },
  place: { kinds: ["f"], build: (row, x) => row.sum(x.mul(row.index().toFloat().mul(0.125).cos())) },
};

export function reductionRecipe(random: Seeded): Recipe {
  const name = random.pick(Object.keys(reductions));
  const { kinds, build } = reductions[name]!;
  return {
    inputs: build.length > 2 ? [{ kind: "f" }, { kind: "f" }] : [{ kind: random.pick(kinds) }],
    rowwise: true,
    define: (inputs, axes, over) =>
      defineRowwise(name, (row: Row, x: Expr, w: Expr) => build(row, x, w)).program(
        kindsOf(inputs),
        axes,
        over,
      ),
  };
}

/** Random numbers and bits, and casts between kinds. */
export function randomRecipe(random: Seeded): Recipe {
  const seed = { kind: "i" as const, value: () => random.int(0, 100) };
  const stream = random.int(0, 3);
  return random.pick([
    pointwise("rand", [seed, seed], (a, b) => uniformAt(a!, b!, stream)),
    pointwise("randBits", [seed, seed], (a, b) => bitsAt(a!, b!, stream)),
    pointwise("toFloat", [{ kind: random.pick(["i", "b"] as const) }], (x) => x!.toFloat()),
    pointwise("toInt", [{ kind: random.pick(["f", "b"] as const), value: () => random.int(0, 12) }], (x) =>
      x!.toInt(),
    ),
    pointwise("toBool", [{ kind: random.pick(["f", "i"] as const) }], (x) => x!.toBool()),
  ]);
}
