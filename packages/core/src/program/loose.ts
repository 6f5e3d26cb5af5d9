/**
 * The constructors gradients are built with. They treat floating-point sums and products as the algebra of real
 * numbers does: like terms meet, common factors and guards move outwards, what does not vary along a reduction leaves
 * it, and a product that equals an output of the forward program is replaced by that output.
 */
import { sumVanishes } from "./polynomial.js";
import { byAxes, ProductAlgebra } from "./products.js";
import {
  atom,
  collect,
  commonFactors,
  commonGuards,
  complementary,
  factorsKey,
  guardsKey,
  mergeFactors,
  product,
  scaled,
  type Term,
} from "./terms.js";
import type { Axes, BinaryOp, MonoidSlot, Node, UnaryOp } from "./types.js";

/** A sum is multiplied out only to this many terms. */
const EXPANSION_LIMIT = 16;

const isZero = (node: Node): boolean => node.op === "const" && node.p === 0;

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
        return this.#sum([...this.#termsOf(x), ...this.#termsOf(y)]);
      case "sub":
        return this.#sum([...this.#termsOf(x), ...this.#termsOf(y).map((term) => scaled(term, -1))]);
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
    const factored = this.build(product({ coef, factors, guards }, this.termOf(node)));
    if (factored.id >= this.first && !this.#sums.has(factored)) this.#sums.set(factored, terms);
    return factored;
  }

  /** Terms under the same guards become one, and so do two under opposite guards. */
  #joinGuards(terms: readonly Term[]): Term[] {
    if (terms.every((term) => term.guards.length === 0)) return [...terms];
    const groups = new Map<string, Term[]>();
    for (const term of terms) {
      const key = guardsKey(term.guards);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [term]);
      else group.push(term);
    }
    if (groups.size === 1) return [...terms];
    const joined: Term[] = [];
    for (const group of groups.values()) {
      const guards = (group[0] as Term).guards;
      if (guards.length === 0) joined.push(...group);
      else {
        const inner = this.termOf(this.#sum(group.map((term) => ({ ...term, guards: [] }))));
        joined.push(product({ coef: 1, factors: [], guards }, inner));
      }
    }
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
    const parts = terms.map((term) => ({
      node: this.build(scaled(term, Math.sign(term.coef))),
      minus: term.coef < 0,
    }));
    parts.sort((a, b) => byAxes(a.node.axes, b.node.axes));
    const groups = new Map<Axes, typeof parts>();
    for (const part of parts) groups.set(part.node.axes, [...(groups.get(part.node.axes) ?? []), part]);
    let total: { node: Node; minus: boolean } | null = null;
    for (const group of groups.values()) {
      let sum: { node: Node; minus: boolean } | null = null;
      for (const part of group.sort((a, b) => Number(a.minus) - Number(b.minus) || a.node.id - b.node.id)) {
        sum = sum === null ? part : this.#addSigned(sum, part);
      }
      total = total === null ? sum : this.#addSigned(total, sum as { node: Node; minus: boolean });
    }
    const { node, minus } = total as { node: Node; minus: boolean };
    const result = minus ? super.unary("neg", node) : node;
    this.keepWhole(result);
    if (result.id >= this.first && !this.#sums.has(result)) this.#sums.set(result, terms);
    return result;
  }

  #addSigned(
    a: { node: Node; minus: boolean },
    b: { node: Node; minus: boolean },
  ): { node: Node; minus: boolean } {
    if (a.minus === b.minus) return { node: super.binary("add", a.node, b.node), minus: a.minus };
    const [plus, minus] = a.minus ? [b.node, a.node] : [a.node, b.node];
    return { node: super.binary("sub", plus, minus), minus: false };
  }

  /** Products of sums multiplied out, or null if that gives too many terms. */
  #expand(node: Node): Term[] | null {
    const expandTerm = (term: Term): Term[] | null => {
      let result: Term[] = [{ ...term, factors: [] }];
      for (const factor of term.factors) {
        const sum = factor.power === 1 ? this.#sums.get(factor.node) : undefined;
        const parts = sum === undefined ? [atom(factor.node, factor.power)] : expandAll(sum);
        if (parts === null || result.length * parts.length > EXPANSION_LIMIT) return null;
        result = result.flatMap((left) => parts.map((right) => product(left, right)));
      }
      return result;
    };
    const expandAll = (terms: readonly Term[]): Term[] | null => {
      const all: Term[] = [];
      for (const term of terms) {
        const expanded = expandTerm(term);
        if (expanded === null || all.length + expanded.length > EXPANSION_LIMIT) return null;
        all.push(...expanded);
      }
      return all;
    };
    return expandAll(this.#termsOf(node));
  }

  /**
   * The sum of a gradient over axes, term by term: terms that cancel identically vanish, and what does not vary along
   * the axes leaves the sum, unless a guard inside might keep every term away from it.
   */
  #reduceSum(x: Node, over: Axes): Node {
    if (over === 0 || isZero(x)) return x;
    if (sumVanishes(this, x, over)) return this.constant(0, "f");
    const terms = collect((this.#expand(x) ?? this.#termsOf(x)).map((term) => this.contract(term)));
    const groups = new Map<string, { outside: Term; over: Axes; inside: Term[] }>();
    for (const term of terms) {
      if (terms.length > 1 && sumVanishes(this, this.build(term), over)) continue;
      const fixed = (node: Node): boolean => (node.axes & over) === 0;
      const guarded = !term.guards.every(fixed);
      const outside: Term = {
        coef: 1,
        factors: term.factors.filter(({ node }) => fixed(node) && (!guarded || node.op === "cast")),
        guards: term.guards.filter(fixed),
      };
      const inside: Term = {
        coef: term.coef,
        factors: mergeFactors(term.factors, outside.factors, -1),
        guards: term.guards.filter((guard) => !fixed(guard)),
      };
      let axes = 0;
      for (const { node } of inside.factors) axes |= node.axes;
      for (const guard of inside.guards) axes |= guard.axes;
      const key = `${factorsKey(outside.factors)}|${guardsKey(outside.guards)}|${axes & over}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { outside, over: axes & over, inside: [inside] });
      else group.inside.push(inside);
    }
    const results: Term[] = [];
    for (const { outside, over: varying, inside } of groups.values()) {
      const { coef, ...term } = this.termOf(this.#sum(inside));
      if (coef === 0) continue;
      const summed =
        varying === 0
          ? this.build({ coef: 1, ...term })
          : super.reduce("sum", this.build({ coef: 1, ...term }), varying);
      const repeats = this.termOf(this.cast(this.size(over & ~varying), "f"));
      results.push(product(product(scaled(outside, coef), this.termOf(summed)), repeats));
    }
    return this.#sum(results);
  }
}
