/**
 * The folds of fused programs: what each keeps while it runs, how it takes an element, how two of them merge (so that
 * invocations can share a row), and what its slots give.
 */
import type { Monoid, MonoidSlot } from "@flambeau/core";
import { isInfinite, isNan } from "../functions/bits.js";
import { exp } from "../functions/exponential.js";
import type { Code } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import { f32, i32, literal, type Value } from "../ir/value.js";
import { binary } from "./scalars.js";

export type State = readonly Value[];

export interface MonoidRule {
  /** The state before the first element; its types are those of the argument `type` or the rule's own. */
  readonly start: (type: Type) => State;
  /** The state after neighbours in a row, of which the first stands at `position` (an i32). */
  readonly take: (state: State, xs: readonly Value[], position: Value, code: Code) => State;
  /** The state of two parts of a row, in either order. */
  readonly merge: (a: State, b: State) => State;
  readonly slots: { readonly [S in MonoidSlot]?: (state: State) => Value };
}

/** The largest finite float32. */
const largest = (2 - 2 ** -23) * 2 ** 127;
const lowest: Partial<Record<Type, number | bigint>> = {
  f32: Number.NEGATIVE_INFINITY,
  i32: -(2 ** 31),
  i64: -(2n ** 63n),
};
export const highest: Partial<Record<Type, number | bigint>> = {
  f32: Number.POSITIVE_INFINITY,
  i32: 2 ** 31 - 1,
  i64: 2n ** 63n - 1n,
};

/** Folds neighbours before strangers, so that few steps wait for each other. */
function pairwise(xs: readonly Value[], step: (a: Value, b: Value) => Value): Value {
  if (xs.length === 1) return xs[0] as Value;
  const half = xs.length >> 1;
  return step(pairwise(xs.slice(0, half), step), pairwise(xs.slice(half), step));
}

/** Takes one element after the other. */
const singly =
  (take: (state: State, x: Value, position: Value, code: Code) => State): MonoidRule["take"] =>
  (state, xs, position, code) =>
    xs.reduce((before, x, i) => {
      const after = take(before, x, position.add(i), code);
      return after.map((value) => code.let(value));
    }, state);

const simple = (
  slot: MonoidSlot,
  start: (type: Type) => Value,
  step: (a: Value, b: Value) => Value,
): MonoidRule => ({
  start: (type) => [start(type)],
  take: ([a], xs) => [step(a as Value, pairwise(xs, step))],
  merge: ([a], [b]) => [step(a as Value, b as Value)],
  slots: { [slot]: ([a]: State) => a as Value },
});

/** The extreme with its place: the first one in the row, where several are equal; NaN wins. A place of -1 is no element. */
const place = (monoid: "argmax" | "argmin", worst: typeof lowest): MonoidRule => {
  const beats = (x: Value, best: Value): Value => {
    const beyond = monoid === "argmax" ? binary.gt(x, best) : binary.lt(x, best);
    if (x.type !== "f32") return beyond;
    const [unordered, known] = [isNan(x), isNan(best)];
    return known.not().and(unordered.or(beyond));
  };
  const better = ([x, i]: State, [y, j]: State): State => {
    const [a, b, p, q] = [x, y, i, j] as [Value, Value, Value, Value];
    const tie = beats(a, b).not().and(beats(b, a).not()).and(q.lt(p));
    const second = p.lt(0).or(q.ge(0).and(beats(b, a).or(tie)));
    return [second.select(b, a), second.select(q, p)];
  };
  return {
    start: (type) => [
      literal(type, type === "bool" ? monoid === "argmin" : (worst[type] as number)),
      i32(-1),
    ],
    take: singly((state, x, position) => better(state, [x, position])),
    merge: better,
    slots: {
      [`${monoid}.value`]: ([x]: State) => x as Value,
      [`${monoid}.index`]: ([, i]: State) => (i as Value).max(0),
    },
  };
};

/** Mean, sum of squared distances and count, merged as by Chan, Golub and LeVeque. */
const welford: MonoidRule = {
  start: () => [f32(0), f32(0), f32(0)],
  take: singly(([mean, m2, count], x, _, code) => {
    const n = code.let((count as Value).add(1));
    const before = code.let(x.sub(mean as Value));
    const now = code.let((mean as Value).add(before.div(n)));
    return [now, (m2 as Value).add(before.mul(x.sub(now))), n];
  }),
  merge: ([meanA, m2A, countA], [meanB, m2B, countB]) => {
    const n = (countA as Value).add(countB as Value);
    const share = n.gt(0).select((countB as Value).div(n.max(1)), f32(0));
    const apart = (meanB as Value).sub(meanA as Value);
    const spread = apart
      .mul(apart)
      .mul(countA as Value)
      .mul(share);
    return [(meanA as Value).add(apart.mul(share)), (m2A as Value).add(m2B as Value).add(spread), n];
  },
  slots: {
    "welford.mean": ([mean]) => mean as Value,
    "welford.m2": ([, m2]) => m2 as Value,
  },
};

/**
 * The maximum and the sum of exp(x - maximum). The maximum is kept finite, so that no infinities are subtracted: a sum of 0 tells
 * that all elements were -infinity, an infinite one that one was infinity, and NaN that one was NaN.
 */
const online: MonoidRule = {
  start: () => [f32(-largest), f32(0)],
  take: ([max, sum], xs, _, code) => {
    const [top, total] = [code.variable(max as Value, "top"), code.variable(sum as Value, "total")];
    const most = code.let(pairwise(xs, (a, b) => a.max(b)));
    // Rare after the first elements of a row.
    code.if(most.gt(top.value), () => {
      const next = code.let(most.min(largest));
      total.set(total.value.mul(exp(top.value.sub(next))));
      top.set(next);
    });
    const shares = xs.map((x) => exp(x.sub(top.value)));
    total.set(total.value.add(pairwise(shares, binary.add)));
    return [top.value, total.value];
  },
  merge: ([maxA, sumA], [maxB, sumB]) => {
    const max = (maxA as Value).max(maxB as Value);
    const scaled = (sum: Value, from: Value): Value => from.eq(max).select(sum, sum.mul(exp(from.sub(max))));
    return [max, scaled(sumA as Value, maxA as Value).add(scaled(sumB as Value, maxB as Value))];
  },
  slots: {
    "online.max": ([max, sum]) => {
      const [top, total] = [max as Value, sum as Value];
      const extreme = isInfinite(total).or(isNan(total)).select(total, top);
      return total.eq(0).select(f32(Number.NEGATIVE_INFINITY), extreme);
    },
    "online.sumexp": ([, sum]) => isInfinite(sum as Value).select(f32(Number.NaN), sum as Value),
  },
};

export const monoids: { readonly [M in Monoid]: MonoidRule } = {
  sum: simple("sum", (type) => literal(type, 0), binary.add),
  prod: simple("prod", (type) => literal(type, 1), binary.mul),
  max: simple("max", (type) => literal(type, lowest[type] as number), binary.max),
  min: simple("min", (type) => literal(type, highest[type] as number), binary.min),
  any: simple("any", () => literal("bool", false), binary.or),
  all: simple("all", () => literal("bool", true), binary.and),
  argmax: place("argmax", lowest),
  argmin: place("argmin", highest),
  welford,
  online,
};
