/** Where the nodes of one program live: each distinct expression exists once, under a dense id. */
import type { Axes, Kind, Node, Op } from "./types.js";

type Parameter = Node["p"];

const parameterKey = (p: Parameter): string =>
  p === null ? "" : typeof p === "bigint" ? `${p}n` : Object.is(p, -0) ? "-0" : String(p);

export class Arena {
  readonly nodes: Node[] = [];
  readonly #table = new Map<string, Node>();

  /** A node whose axes are those of its arguments. */
  node(op: Op, kind: Kind, args: readonly Node[], p: Parameter = null): Node {
    let axes = 0;
    for (const arg of args) axes |= arg.axes;
    return this.intern(op, kind, args, p, axes, 0);
  }

  leaf(op: Op, kind: Kind, p: Parameter, axes: Axes): Node {
    return this.intern(op, kind, [], p, axes, 0);
  }

  /** A reduction of `arg` over `over`. */
  reduce(p: Parameter, kind: Kind, arg: Node, over: Axes): Node {
    return this.intern("reduce", kind, [arg], p, arg.axes & ~over, over);
  }

  intern(op: Op, kind: Kind, args: readonly Node[], p: Parameter, axes: Axes, over: Axes): Node {
    let key = `${op}${kind}${parameterKey(p)}/${axes}/${over}`;
    for (const arg of args) key += `,${arg.id}`;
    let node = this.#table.get(key);
    if (node === undefined) {
      node = Object.freeze({ id: this.nodes.length, op, args, p, axes, over, kind });
      this.nodes.push(node);
      this.#table.set(key, node);
    }
    return node;
  }
}

/** The nodes that `roots` need, arguments before users. */
export function reachable(roots: Iterable<Node>): Node[] {
  const seen = new Set<Node>();
  const order: Node[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const arg of node.args) visit(arg);
    order.push(node);
  };
  for (const root of roots) visit(root);
  return order;
}

/**
 * Copies expressions into `arena`, one node at a time. `replace` may give another node (already in the arena) for a
 * node of the source; what only it needs is then not copied.
 */
export function importer(arena: Arena, replace: (node: Node) => Node | null): (node: Node) => Node {
  const copies = new Map<Node, Node>();
  const copy = (node: Node): Node => {
    let made = copies.get(node);
    if (made === undefined) {
      made =
        replace(node) ?? arena.intern(node.op, node.kind, node.args.map(copy), node.p, node.axes, node.over);
      copies.set(node, made);
    }
    return made;
  };
  return copy;
}
