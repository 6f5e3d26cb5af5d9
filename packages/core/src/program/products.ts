/**
 * The half of the gradient algebra that knows products: guards move outwards, powers of the same node meet, and a
 * product that equals an output of the forward program is replaced by that output.
 */
import { Algebra } from "./algebra.js";
import type { Arena } from "./arena.js";
import { groupBy, remember } from "./memo.js";
import {
  atom,
  type Factor,
  inverted,
  mergeFactors,
  number,
  product,
  scaled,
  type Term,
  where,
} from "./terms.js";
import type { Axes, Kind, Node } from "./types.js";

export const isZero = (node: Node): boolean => node.op === "const" && node.p === 0;
const countAxes = (axes: Axes): number => {
  let count = 0;
  for (let rest = axes; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** Sets of fewer axes first. */
export const byAxes = (a: Axes, b: Axes): number => countAxes(a) - countAxes(b) || a - b;

export class ProductAlgebra extends Algebra {
  readonly #terms = new Map<Node, Term>();
  readonly #outputs: {
    readonly node: () => Node;
    readonly factors: readonly Factor[];
    readonly coef: number;
  }[] = [];
  /** Nodes from this id on were built here. */
  protected readonly first: number;

  constructor(arena: Arena, axes: Axes, outputs: readonly Node[]) {
    super(arena, axes);
    this.first = arena.nodes.length;
    const protect = (): void => {
      this.#terms.clear();
      for (const node of outputs) this.#terms.set(node, atom(node));
    };
    protect();
    const products = outputs.map((node) => ({ node, ...this.#analyse(node) }));
    for (const { node, coef, factors, guards } of products) {
      const power = factors[0]?.power ?? 0;
      const composed = factors.length > 1 || Math.abs(power) > 1;
      if (composed && guards.length === 0 && coef !== 0)
        this.#outputs.push({ node: () => node, factors, coef });
      this.#addLogarithm(node);
    }
    protect();
  }

  /** For an output y = u - log s, exp(u) / s is exp(y): log-softmax then needs nothing but y. */
  #addLogarithm(node: Node): void {
    const [u, log] = node.args;
    if (node.op !== "sub" || log?.op !== "log") return;
    const exp = super.unary("exp", u as Node);
    const factors = mergeFactors([{ node: exp, power: 1 }], [{ node: log.args[0] as Node, power: -1 }]);
    this.#outputs.push({ node: () => super.unary("exp", node), factors, coef: 1 });
  }

  override select(condition: Node, a: Node, b: Node): Node {
    if (a.kind === "f" && b.kind === "f" && condition.op !== "const") {
      const c = this.cast(condition, "b");
      if (isZero(b)) return this.#guarded(c, a);
      if (isZero(a)) return this.#guarded(this.unary("not", c), b);
    }
    return super.select(condition, a, b);
  }

  override cast(x: Node, kind: Kind): Node {
    const node = super.cast(x, kind);
    if (node.op === "cast" && x.kind === "b") this.#terms.set(node, where([x]));
    return node;
  }

  #guarded(guard: Node, value: Node): Node {
    return this.build(product(where([guard]), this.termOf(value)));
  }

  protected termOf(node: Node): Term {
    return remember(this.#terms, node, () => this.contract(this.#analyse(node)));
  }

  #analyse(node: Node): Term {
    const [a, b, c] = node.args as [Node, Node, Node];
    switch (node.op) {
      case "const":
        return Number.isFinite(Number(node.p)) ? number(Number(node.p)) : atom(node);
      case "neg":
        return scaled(this.termOf(a), -1);
      case "mul":
        return product(this.termOf(a), this.termOf(b));
      case "div":
        return product(this.termOf(a), this.inverse(b));
      case "reciprocal":
        return this.inverse(a);
      case "cast":
        return a.kind === "b" ? where([a]) : atom(node);
      case "select": {
        if (!isZero(b) && !isZero(c)) return atom(node);
        const guard = isZero(c) ? a : super.unary("not", a);
        return product(where([guard]), this.termOf(isZero(c) ? b : c));
      }
      default:
        return atom(node);
    }
  }

  protected inverse(node: Node): Term {
    const term = this.termOf(node);
    if (term.coef === 0) return atom(this.constant(1 / term.coef, "f"));
    return term.guards.length > 0 ? atom(node, -1) : inverted(term);
  }

  /** Replaces factors whose product is an output of the forward program by that output. */
  protected contract(term: Term): Term {
    let result = term;
    for (const output of this.#outputs) {
      const contained = output.factors.every(({ node, power }) => {
        const own = result.factors.find((factor) => factor.node === node)?.power ?? 0;
        return Math.sign(own) === Math.sign(power) && Math.abs(own) >= Math.abs(power);
      });
      if (!contained) continue;
      const rest = mergeFactors(result.factors, output.factors, -1);
      const factors = mergeFactors(rest, [{ node: output.node(), power: 1 }]);
      result = { ...result, coef: result.coef / output.coef, factors };
    }
    return result;
  }

  /** The node of a product: what varies along fewer axes is multiplied first, so that rows compute it once. */
  protected build(raw: Term): Node {
    const term = this.contract(raw);
    if (term.coef === 0) return this.constant(0, "f");
    const groups = groupBy(term.factors, ({ node }) => node.axes);
    let value: Node | null = Math.abs(term.coef) === 1 ? null : this.constant(term.coef, "f");
    for (const [, factors] of [...groups].sort(([a], [b]) => byAxes(a, b))) {
      let divisor: Node | null = null;
      for (const { node, power } of factors) {
        for (let k = 0; k < Math.abs(power); k++) {
          if (power > 0) value = value === null ? node : super.binary("mul", value, node);
          else divisor = divisor === null ? node : super.binary("mul", divisor, node);
        }
      }
      if (divisor === null) continue;
      value = value === null ? super.unary("reciprocal", divisor) : super.binary("div", value, divisor);
    }
    let node = value ?? this.constant(1, "f");
    if (term.coef === -1) node = super.unary("neg", node);
    if (term.guards.length > 0) {
      const guard = term.guards.reduce((a, b) => super.binary("and", a, b));
      node = this.choose(guard, node, this.constant(0, "f"));
    }
    if (node.op !== "const") this.keepAs(node, term);
    return node;
  }

  /** A plain choice, with negated conditions turned round here so that `select` above is not asked again. */
  protected choose(condition: Node, a: Node, b: Node): Node {
    if (condition.op === "not") return super.select(condition.args[0] as Node, b, a);
    return super.select(condition, a, b);
  }

  /** What a node counts as from now on, unless it is known as a product. */
  protected keepAs(node: Node, term: Term): void {
    if (!this.#terms.has(node)) this.#terms.set(node, term);
  }
}
