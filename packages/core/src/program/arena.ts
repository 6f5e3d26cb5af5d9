/** Where the nodes of one program live: each distinct expression exists once, under a dense id. */
import { remember } from "./memo.js";
import type { Axes, Kind, Node, Op } from "./types.js";

type Parameter = Node["p"];

/** A text that tells parameters apart. */
export const parameterText = (p: Parameter): string =>
  typeof p === "bigint" ? `${p}n` : Object.is(p, -0) ? "-0" : String(p);

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
    let key = `${op}${kind}${parameterText(p)}/${axes}/${over}`;
    for (const arg of args) key += `,${arg.id}`;
    return remember(this.#table, key, () => {
      const node = Object.freeze({ id: this.nodes.length, op, args, p, axes, over, kind });
      this.nodes.push(node);
      return node;
    });
  }
}

/** The nodes that `roots` need, arguments before users. `argsOf` may hide arguments; it is asked once for each node, users first. */
export function reachable(
  roots: Iterable<Node>,
  argsOf: (node: Node) => readonly Node[] = ({ args }) => args,
): Node[] {
  const seen = new Set<Node>();
  const order: Node[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const arg of argsOf(node)) visit(arg);
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
  const copy = (node: Node): Node =>
    remember(
      copies,
      node,
      () =>
        replace(node) ?? arena.intern(node.op, node.kind, node.args.map(copy), node.p, node.axes, node.over),
    );
  return copy;
}
