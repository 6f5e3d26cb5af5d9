/**
 * The constructors gradients are built with. They treat floating-point sums and products as the algebra of real
 * numbers does: like terms meet, common factors and guards move outwards, what does not vary along a reduction leaves
 * it, and a product that equals an output of the forward program is replaced by that output.
 */

import { groupBy } from "./memo.js";
import { sumVanishes } from "./polynomial.js";
import { byAxes, isZero, ProductAlgebra } from "./products.js";
import {
  atom,
  axesOf,
  collect,
  commonFactors,
  commonGuards,
  complementary,
  guardsKey,
  mergeFactors,
  plus,
  product,
  scaled,
  split,
  type Term,
  type Terms,
  termKey,
  times,
} from "./terms.js";
import type { Axes, BinaryOp, MonoidSlot, Node, UnaryOp } from "./types.js";

/** A sum is multiplied out only to this many terms. */
const EXPANSION_LIMIT = 16;

/** What is added up or, with `minus`, taken away. */
interface Part {
  readonly node: Node;
  readonly minus: boolean;
}

export class LooseAlgebra extends ProductAlgebra {
  /** Terms of the sums built here. Sums of the forward program are not taken apart. */
  readonly #sums = new Map<Node, readonly Term[]>();

  override unary(op: UnaryOp, x: Node): Node {
    if (x.kind === "f" && op === "neg") return this.#sum(this.#termsOf(x).map((term) => scaled(term, -1)));
    if (x.kind === "f" && op === "reciprocal") return this.build(this.inverse(x));
    return super.unary(op, x);
  }

  override binary(op: BinaryOp, a: Node, b: Node): Node {
    if (a.kind !== "f" && b.kind !== "f" && op !== "div") return super.binary(op, a, b);
    const x = this.cast(a, "f");
    const y = this.cast(b, "f");
    switch (op) {
      case "add":
      case "sub": {
        const sign = op === "add" ? 1 : -1;
        return this.#sum([...this.#termsOf(x), ...this.#termsOf(y).map((term) => scaled(term, sign))]);
      }
      case "mul":
        return this.build(product(this.termOf(x), this.termOf(y)));
      case "div":
        return this.build(product(this.termOf(x), this.inverse(y)));
      default:
        return super.binary(op, x, y);
    }
  }

  override reduce(slot: MonoidSlot, x: Node, over: Axes): Node {
    return slot === "sum" && x.kind === "f" ? this.#reduceSum(x, over) : super.reduce(slot, x, over);
  }

  #termsOf(node: Node): readonly Term[] {
    return this.#sums.get(node) ?? [this.termOf(node)];
  }

  /** The node of a sum. */
  #sum(all: readonly Term[]): Node {
    let terms = collect(all);
    if (terms.length === 0) return this.constant(0, "f");
    if (terms.length === 1) return this.build(terms[0] as Term);
    terms = this.#joinGuards(terms);
    if (terms.length === 1) return this.build(terms[0] as Term);

    const guards = commonGuards(terms);
    const bare = terms.map((term) => ({
      ...term,
      guards: term.guards.filter((guard) => !guards.includes(guard)),
    }));
    // Where every term is guarded all may be off, and a factor outside could then be an infinity times 0.
    const free = bare.some((term) => term.guards.length === 0);
    const factors = free ? commonFactors(bare) : [];
    const first = (bare[0] as Term).coef;
    const equal = bare.every((term) => Math.abs(term.coef) === Math.abs(first));
    const negative = bare.every((term) => term.coef < 0);
    const coef = (equal ? Math.abs(first) : 1) * (negative ? -1 : 1);
    const rest = bare.map((term) => ({
      ...term,
      coef: term.coef / coef,
      factors: mergeFactors(term.factors, factors, -1),
    }));
    const node = this.#addUp(rest);
    if (coef === 1 && factors.length === 0 && guards.length === 0) return node;
    return this.#keepSum(this.build(product({ coef, factors, guards }, this.termOf(node))), terms);
  }

  #keepSum(node: Node, terms: readonly Term[]): Node {
    if (node.id >= this.first && !this.#sums.has(node)) this.#sums.set(node, terms);
    return node;
  }

  /** Terms under the same guards become one, and so do two under opposite guards. */
  #joinGuards(terms: readonly Term[]): Term[] {
    if (terms.every((term) => term.guards.length === 0)) return [...terms];
    const groups = groupBy(terms, (term) => guardsKey(term.guards));
    if (groups.size === 1) return [...terms];
    const joined = [...groups.values()].flatMap((group) => {
      const { guards } = group[0] as Term;
      if (guards.length === 0) return group;
      const inner = this.termOf(this.#sum(group.map((term) => ({ ...term, guards: [] }))));
      return [product({ coef: 1, factors: [], guards }, inner)];
    });
    for (let i = 0; i < joined.length; i++) {
      for (let j = i + 1; j < joined.length; j++) {
        const [a, b] = [joined[i] as Term, joined[j] as Term];
        const pair = complementary(a.guards, b.guards);
        if (pair === null) continue;
        const bare = [
          { ...a, guards: [] },
          { ...b, guards: [] },
        ];
        const factors = commonFactors(bare);
        const [x, y] = bare.map((term) =>
          this.build({ ...term, factors: mergeFactors(term.factors, factors, -1) }),
        );
        const choice = this.choose(pair.guard, x as Node, y as Node);
        joined.splice(j, 1);
        joined[i] = product({ coef: 1, factors, guards: pair.common }, this.termOf(choice));
        j = i;
      }
    }
    return joined;
  }

  /** Adds terms up: those along fewer axes first, positive ones before negative ones. */
  #addUp(terms: readonly Term[]): Node {
    if (terms.length === 1) return this.build(terms[0] as Term);
    const parts = terms
      .map((term): Part => ({ node: this.build(scaled(term, Math.sign(term.coef))), minus: term.coef < 0 }))
      .sort(
        (a, b) =>
          byAxes(a.node.axes, b.node.axes) || Number(a.minus) - Number(b.minus) || a.node.id - b.node.id,
      );
    const add = (a: Part, b: Part): Part => {
      if (a.minus === b.minus) return { node: super.binary("add", a.node, b.node), minus: a.minus };
      const [plus, minus] = a.minus ? [b, a] : [a, b];
      return { node: super.binary("sub", plus.node, minus.node), minus: false };
    };
    const sums = [...groupBy(parts, ({ node }) => node.axes).values()].map((group) => group.reduce(add));
    const { node, minus } = sums.reduce(add);
    const result = minus ? super.unary("neg", node) : node;
    this.keepAs(result, atom(result));
    return this.#keepSum(result, terms);
  }

  /** Products of sums multiplied out, or null if that gives too many terms. */
  #expand(terms: readonly Term[]): Terms {
    return terms.reduce<Terms>((all, term) => {
      const expanded = term.factors.reduce<Terms>(
        (result, { node, power }) => {
          const sum = power === 1 ? this.#sums.get(node) : undefined;
          return times(result, sum === undefined ? [atom(node, power)] : this.#expand(sum), EXPANSION_LIMIT);
        },
        [{ ...term, factors: [] }],
      );
      return plus(all, expanded, EXPANSION_LIMIT);
    }, []);
  }

  /**
   * The sum of a gradient over axes, term by term: terms that cancel identically vanish, and what does not vary along
   * the axes leaves the sum, unless a guard inside might keep every term away from it.
   */
  #reduceSum(x: Node, over: Axes): Node {
    if (over === 0 || isZero(x)) return x;
    if (sumVanishes(this, x, over)) return this.constant(0, "f");
    const given = this.#termsOf(x);
    const terms = collect((this.#expand(given) ?? given).map((term) => this.contract(term)));
    const fixed = (node: Node): boolean => (node.axes & over) === 0;
    const parts = terms.flatMap((term) => {
      if (terms.length > 1 && sumVanishes(this, this.build(term), over)) return [];
      const guarded = !term.guards.every(fixed);
      const [outside, inside] = split(
        term,
        (node) => fixed(node) && (!guarded || node.kind === "b" || node.op === "cast"),
      );
      return [{ outside, inside, varying: axesOf(inside) & over }];
    });
    const groups = groupBy(parts, ({ outside, varying }) => `${termKey(outside)}|${varying}`);
    const results: Term[] = [];
    for (const group of groups.values()) {
      const { outside, varying } = group[0] as (typeof parts)[number];
      const { coef, ...term } = this.termOf(this.#sum(group.map(({ inside }) => inside)));
      if (coef === 0) continue;
      const inner = this.build({ coef: 1, ...term });
      const summed = varying === 0 ? inner : super.reduce("sum", inner, varying);
      const repeats = this.termOf(this.cast(this.size(over & ~varying), "f"));
      results.push(product(product(scaled(outside, coef), this.termOf(summed)), repeats));
    }
    return this.#sum(results);
  }
}
