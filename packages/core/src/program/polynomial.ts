/**
 * Finds sums that are 0 whatever the values: a gradient is expanded into a polynomial over everything that is not a sum
 * or a product, reductions included, and summed symbolically. That is how the shift of a softmax is found to have no
 * gradient, and the distances from a mean to add up to nothing, without anybody saying so.
 */
import type { Algebra } from "./algebra.js";
import { remember } from "./memo.js";
import type { Axes, Node } from "./types.js";

/** Beyond this many terms nothing is claimed. */
const LIMIT = 64;

interface Atom {
  readonly axes: Axes;
  /** Powers of an indicator are the indicator. */
  readonly indicator: boolean;
}

interface Monomial {
  readonly coef: number;
  /** The sum of the sizes of the coefficients that were added up to `coef`. */
  readonly size: number;
  readonly powers: ReadonlyMap<string, number>;
}

type Polynomial = ReadonlyMap<string, Monomial>;

const keyOf = (powers: ReadonlyMap<string, number>): string =>
  [...powers.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([atom, power]) => `${atom}^${power}`)
    .join("*");

class Expansion {
  readonly #atoms = new Map<string, Atom>();
  readonly #known = new Map<Node, Polynomial | null>();

  constructor(private readonly algebra: Algebra) {}

  #monomial(coef: number, powers: ReadonlyMap<string, number>): Polynomial {
    return new Map([[keyOf(powers), { coef, size: Math.abs(coef), powers }]]);
  }

  #atom(key: string, axes: Axes, power = 1, indicator = false): Polynomial {
    this.#atoms.set(key, { axes, indicator });
    return this.#monomial(1, new Map([[key, power]]));
  }

  #add(a: Polynomial | null, b: Polynomial | null, sign = 1): Polynomial | null {
    if (a === null || b === null) return null;
    const sum = new Map(a);
    for (const [key, term] of b) {
      const known = sum.get(key);
      const coef = (known?.coef ?? 0) + sign * term.coef;
      sum.set(key, { coef, size: (known?.size ?? 0) + term.size, powers: term.powers });
    }
    return sum.size > LIMIT ? null : sum;
  }

  #multiply(a: Polynomial | null, b: Polynomial | null): Polynomial | null {
    if (a === null || b === null || a.size * b.size > LIMIT) return null;
    let result: Polynomial | null = new Map();
    for (const x of a.values()) {
      for (const y of b.values()) {
        const powers = new Map(x.powers);
        for (const [atom, power] of y.powers) {
          const total = (powers.get(atom) ?? 0) + power;
          if (total === 0) powers.delete(atom);
          else powers.set(atom, this.#atoms.get(atom)?.indicator ? 1 : total);
        }
        const term = { coef: x.coef * y.coef, size: x.size * y.size, powers };
        result = this.#add(result, new Map([[keyOf(powers), term]]));
      }
    }
    return result;
  }

  #inverse(node: Node): Polynomial {
    const polynomial = this.of(node);
    const [term] = polynomial?.values() ?? [];
    const invertible =
      polynomial?.size === 1 &&
      term !== undefined &&
      term.coef !== 0 &&
      ![...term.powers.keys()].some((atom) => this.#atoms.get(atom)?.indicator);
    if (!invertible) return this.#atom(`n${node.id}`, node.axes, -1);
    return this.#monomial(1 / term.coef, new Map([...term.powers].map(([atom, power]) => [atom, -power])));
  }

  #sizes(axes: Axes): Polynomial {
    const powers = new Map<string, number>();
    for (let axis = 0; axes >> axis !== 0; axis++) {
      if ((axes & (1 << axis)) === 0) continue;
      this.#atoms.set(`N${axis}`, { axes: 0, indicator: false });
      powers.set(`N${axis}`, 1);
    }
    return this.#monomial(1, powers);
  }

  /** 1 where the condition holds, else 0. */
  #indicator(condition: Node): Polynomial | null {
    const [a, b] = condition.args as [Node, Node];
    if (condition.op === "not") return this.#add(this.#monomial(1, new Map()), this.#indicator(a), -1);
    if (condition.op === "and") return this.#multiply(this.#indicator(a), this.#indicator(b));
    return this.#atom(`i${condition.id}`, condition.axes, 1, true);
  }

  /** The sum over axes, each monomial's invariant factors outside. */
  sum(polynomial: Polynomial | null, over: Axes): Polynomial | null {
    if (polynomial === null) return null;
    let result: Polynomial | null = new Map();
    for (const { coef, size, powers } of polynomial.values()) {
      const outside = new Map<string, number>();
      const inside = new Map<string, number>();
      let axes = 0;
      for (const [atom, power] of powers) {
        const atomAxes = (this.#atoms.get(atom) as Atom).axes;
        axes |= atomAxes & over;
        ((atomAxes & over) === 0 ? outside : inside).set(atom, power);
      }
      let rowAxes = 0;
      for (const atom of inside.keys()) rowAxes |= (this.#atoms.get(atom) as Atom).axes;
      const base: Polynomial = new Map([[keyOf(outside), { coef, size, powers: outside }]]);
      const summed =
        axes === 0 ? base : this.#multiply(base, this.#atom(`S${axes}[${keyOf(inside)}]`, rowAxes & ~axes));
      result = this.#add(result, this.#multiply(summed, this.#sizes(over & ~axes)));
    }
    return result;
  }

  of(node: Node): Polynomial | null {
    return remember(this.#known, node, () => this.#expand(node));
  }

  #expand(node: Node): Polynomial | null {
    const [a, b, c] = node.args as [Node, Node, Node];
    switch (node.op) {
      case "const":
        if (Number.isFinite(Number(node.p))) return this.#monomial(Number(node.p), new Map());
        break;
      case "detach":
        return this.of(a);
      case "neg":
        return this.#multiply(this.of(a), this.#monomial(-1, new Map()));
      case "add":
        return this.#add(this.of(a), this.of(b));
      case "sub":
        return this.#add(this.of(a), this.of(b), -1);
      case "mul":
        return this.#multiply(this.of(a), this.of(b));
      case "div":
        return this.#multiply(this.of(a), this.#inverse(b));
      case "reciprocal":
        return this.#inverse(a);
      case "cast":
        if (a.op === "size") return this.#sizes(a.p as Axes);
        if (a.kind === "b") return this.#indicator(a);
        break;
      case "select": {
        const [yes, no] = [this.of(b), this.of(c)];
        return this.#add(no, this.#multiply(this.#indicator(a), this.#add(yes, no, -1)));
      }
      case "exp": {
        // exp(u - log s) is exp(u) / s: log-softmax in terms of softmax.
        const [u, log] = a.args as [Node, Node];
        if (a.op !== "sub" || log.op !== "log") break;
        return this.#multiply(this.of(this.algebra.unary("exp", u)), this.#inverse(log.args[0] as Node));
      }
      case "reduce":
        if (node.p === "sum" && node.kind === "f") return this.sum(this.of(a), node.over);
        if (node.p === "welford.mean") {
          const count = this.#sizes(node.over).values().next().value as Monomial;
          const powers = new Map([...count.powers].map(([atom, power]) => [atom, -power]));
          return this.#multiply(this.sum(this.of(a), node.over), this.#monomial(1, powers));
        }
        break;
    }
    return this.#atom(`n${node.id}`, node.axes);
  }
}

const expansions = new WeakMap<Algebra, Expansion>();

/** Whether the sum of `x` over `over` is 0 for all values of its inputs. */
export function sumVanishes(algebra: Algebra, x: Node, over: Axes): boolean {
  const expansion = remember(expansions, algebra, () => new Expansion(algebra));
  const polynomial = expansion.sum(expansion.of(x), over);
  if (polynomial === null) return false;
  for (const { coef, size } of polynomial.values()) if (Math.abs(coef) > 1e-12 * size) return false;
  return true;
}
