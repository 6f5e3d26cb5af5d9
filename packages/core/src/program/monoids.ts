/** How gradients pass through reductions: one rule for each slot. */
import type { Expr } from "./expr.js";
import type { MonoidSlot } from "./types.js";

/** What a rule may ask about the reduction it differentiates. */
export interface Reduction {
  /** The argument, the result, and the gradient of the result. */
  readonly x: Expr;
  readonly y: Expr;
  readonly g: Expr;
  /** Number of elements folded, floating-point. */
  readonly size: Expr;
  /** Position within the folded axes. */
  readonly index: Expr;
  /** Another reduction over the same axes. */
  fold(slot: MonoidSlot, x: Expr): Expr;
  /**
   * The extreme, to be compared with x for equality. Unless x is an input this is computed afresh beside x, since
   * another kernel may have rounded it differently.
   */
  extreme(slot: "max" | "min"): Expr;
}

/** The gradient of the argument; null where no gradient passes. */
export type FoldRule = ((reduction: Reduction) => Expr) | null;

const shared =
  (slot: "max" | "min"): FoldRule =>
  ({ x, g, fold, extreme }) => {
    const wins = x.eq(extreme(slot));
    return wins.where(g.div(fold("sum", wins.toFloat()).max(1)), 0);
  };

const chosen =
  (slot: "argmax.index" | "argmin.index"): FoldRule =>
  ({ x, g, index, fold }) =>
    index.eq(fold(slot, x)).where(g, 0);

export const foldRules: { readonly [S in MonoidSlot]: FoldRule } = {
  sum: ({ g }) => g,
  /** Exact with zeros too: a single zero gets the product of the others. */
  prod: ({ x, y, g, fold }) => {
    const zero = x.eq(0);
    const zeros = fold("sum", zero.toFloat());
    const others = fold("prod", zero.where(1, x));
    return zero.where(zeros.eq(1).where(g.mul(others), 0), g.mul(y).div(x));
  },
  max: shared("max"),
  min: shared("min"),
  any: null,
  all: null,
  "argmax.value": chosen("argmax.index"),
  "argmax.index": null,
  "argmin.value": chosen("argmin.index"),
  "argmin.index": null,
  "welford.mean": ({ g, size }) => g.div(size),
  "welford.m2": ({ x, g, fold }) => g.mul(2).mul(x.sub(fold("welford.mean", x))),
  "online.max": shared("max"),
  "online.sumexp": (reduction) => {
    const { x, y, g, fold } = reduction;
    const m = fold("online.max", x);
    const shift = (shared("max") as (reduction: Reduction) => Expr)({ ...reduction, g: g.mul(y) });
    return x.sub(m).exp().mul(g).sub(shift);
  },
};
