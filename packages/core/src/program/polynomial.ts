/**
 * Finds sums that are 0 whatever the values: a gradient is multiplied out over everything that is not a sum or a
 * product, reductions included, and summed symbolically. That is how the shift of a softmax is found to have no
 * gradient, and the distances from a mean to add up to nothing, without anybody saying so.
 */
import type { Algebra } from "./algebra.js";
import { remember } from "./memo.js";
import {
  atom,
  axesOf,
  inverted,
  number,
  plus,
  product,
  scaled,
  split,
  type Term,
  type Terms,
  termKey,
  times,
  where,
} from "./terms.js";
import type { Axes, Node } from "./types.js";

/** Beyond this many terms nothing is claimed. */
const LIMIT = 64;

class Expansion {
  readonly #known = new Map<Node, Terms>();
  readonly #standIns = new Map<string, Node>();

  constructor(private readonly algebra: Algebra) {}

  /** A node for a value that the program need not hold. Ids below 0 are no other node's. */
  #standIn(key: string, axes: Axes): Node {
    return remember(this.#standIns, key, () => {
      const id = -1 - this.#standIns.size;
      return { id, op: "input", args: [], p: null, axes, over: 0, kind: "f" };
    });
  }

  /** The number of elements along axes: the product of the sizes of each. */
  #sizes(axes: Axes): Term {
    let sizes = number(1);
    for (let axis = 0; axes >> axis !== 0; axis++)
      if (axes & (1 << axis)) sizes = product(sizes, atom(this.#standIn(`N${axis}`, 0)));
    return sizes;
  }

  #inverse(node: Node): Terms {
    const [term, ...more] = this.of(node) ?? [];
    const invertible = term !== undefined && more.length === 0 && term.guards.length === 0;
    return [invertible ? inverted(term) : atom(node, -1)];
  }

  /** 1 where the condition holds, else 0. */
  #indicator(condition: Node): Terms {
    const [a, b] = condition.args as [Node, Node];
    if (condition.op === "not") return this.#minus([number(1)], this.#indicator(a));
    if (condition.op === "and") return times(this.#indicator(a), this.#indicator(b), LIMIT);
    return [where([condition])];
  }

  #minus(a: Terms, b: Terms): Terms {
    return plus(a, b?.map((term) => scaled(term, -1)) ?? null, LIMIT);
  }

  /** The sum over axes, of each term what does not vary along them outside. */
  sum(terms: Terms, over: Axes): Terms {
    return plus(
      terms?.map((term) => {
        const [outside, inside] = split(term, (node) => (node.axes & over) === 0);
        const axes = axesOf(inside);
        const varying = axes & over;
        const key = `S${varying}[${termKey(inside)}]`;
        const summed = varying === 0 ? number(1) : atom(this.#standIn(key, axes & ~varying));
        return scaled(product(product(outside, summed), this.#sizes(over & ~varying)), term.coef);
      }) ?? null,
      [],
      LIMIT,
    );
  }

  of(node: Node): Terms {
    return remember(this.#known, node, () => this.#expand(node));
  }

  #expand(node: Node): Terms {
    const [a, b, c] = node.args as [Node, Node, Node];
    switch (node.op) {
      case "const":
        if (Number.isFinite(Number(node.p))) return [number(Number(node.p))];
        break;
      case "detach":
        return this.of(a);
      case "neg":
        return this.#minus([], this.of(a));
      case "add":
        return plus(this.of(a), this.of(b), LIMIT);
      case "sub":
        return this.#minus(this.of(a), this.of(b));
      case "mul":
        return times(this.of(a), this.of(b), LIMIT);
      case "div":
        return times(this.of(a), this.#inverse(b), LIMIT);
      case "reciprocal":
        return this.#inverse(a);
      case "cast":
        if (a.op === "size") return [this.#sizes(a.p as Axes)];
        if (a.kind === "b") return this.#indicator(a);
        break;
      case "select": {
        const [yes, no] = [this.of(b), this.of(c)];
        return plus(no, times(this.#indicator(a), this.#minus(yes, no), LIMIT), LIMIT);
      }
      case "exp": {
        // exp(u - log s) is exp(u) / s: log-softmax in terms of softmax.
        const [u, log] = a.args as [Node, Node];
        if (a.op !== "sub" || log.op !== "log") break;
        return times(this.of(this.algebra.unary("exp", u)), this.#inverse(log.args[0] as Node), LIMIT);
      }
      case "reduce": {
        const mean = node.p === "welford.mean";
        if (!mean && (node.p !== "sum" || node.kind !== "f")) break;
        const sum = this.sum(this.of(a), node.over);
        return mean ? times(sum, [inverted(this.#sizes(node.over))], LIMIT) : sum;
      }
    }
    return [atom(node)];
  }
}

const expansions = new WeakMap<Algebra, Expansion>();

/** Whether the sum of `x` over `over` is 0 for all values of its inputs. */
export function sumVanishes(algebra: Algebra, x: Node, over: Axes): boolean {
  const expansion = remember(expansions, algebra, () => new Expansion(algebra));
  return expansion.sum(expansion.of(x), over)?.length === 0;
}
