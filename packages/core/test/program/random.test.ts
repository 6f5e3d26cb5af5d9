import { expect, it } from "vitest";
import { defineRowwise, type Expr, type Row, schedule } from "../../src/program/index.js";
import type { ProgramInput } from "../../src/program/types.js";
import { Space } from "./evaluate.js";
import { checkGradients, pseudo } from "./gradient.js";

const space = new Space([2, 3, 2]);

/** A small generator of whole numbers below `n`. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

type Grow = (pick: () => Expr, row: Row) => Expr;

/** Smooth functions that stay of moderate size, so that finite differences can be trusted. */
const growths: readonly Grow[] = [
  (pick) => pick().add(pick()),
  (pick) => pick().sub(pick()),
  (pick) => pick().mul(pick()),
  (pick) => pick().div(pick().square().add(1.5)),
  (pick) => pick().tanh(),
  (pick) => pick().sigmoid().mul(2),
  (pick) => pick().sin(),
  (pick) => pick().square().add(1).sqrt(),
  (pick) => pick().square().add(1).log(),
  (pick) => pick().mul(-0.5).tanh().exp(),
  (pick) => {
    const [c, a, b] = [pick(), pick(), pick()];
    return c.gt(0.123).where(a, b);
  },
  (pick) => {
    const c = pick();
    return c.gt(0.3).where(pick(), 0).mul(pick());
  },
  (pick, row) => row.mean(pick()),
  (pick, row) => row.sum(pick().mul(pick())).mul(0.3).tanh(),
  (pick, row) => row.logsumexp(pick().tanh()),
  (pick, row) => {
    const x = pick();
    const e = x.sub(row.max(x)).exp();
    return e.div(row.sum(e));
  },
  (pick, row) => row.variance(pick(), 0).add(0.5).rsqrt(),
  (pick, row) => {
    const x = pick();
    return x.sub(row.moments(x).mean);
  },
];

function build(seed: number) {
  const roll = dice(seed * 7919 + 13);
  const inputs: ProgramInput[] = Array.from({ length: 1 + roll(3) }, (_, i) => ({
    axes: i === 0 ? 7 : roll(8),
    kind: "f",
  }));
  const over = 1 + roll(7);
  const steps = 3 + roll(6);
  const outputs = 1 + roll(2);
  const definition = defineRowwise(`random${seed}`, (row, ...given) => {
    const pool = [...given];
    const pick = (): Expr => pool[Math.max(roll(pool.length), roll(pool.length))] as Expr;
    for (let k = 0; k < steps; k++) pool.push((growths[roll(growths.length)] as Grow)(pick, row));
    return pool.slice(-outputs);
  });
  return { program: definition.program(inputs, 7, over), inputs };
}

it("differentiates 150 random programs, and schedules them and their gradients faithfully", () => {
  let launches = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const { program, inputs } = build(seed);
    const values = inputs.map(({ axes }, i) => pseudo(space.count(axes), seed * 31 + i));
    checkGradients(program, values, space, { tolerance: 2e-6, second: seed % 3 === 0 });
    launches += schedule(program).length;
  }
  expect(launches).toBeGreaterThan(150);
});
