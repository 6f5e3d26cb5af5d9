/** Which part of the tape a walk goes through. */
import type { GradNode } from "./node.js";

/** The nodes that `roots` lead to, the latest recorded first; of these, where `targets` are given, those on a way to them. */
export function nodesToVisit(roots: readonly GradNode[], targets: readonly GradNode[] | null): Set<GradNode> {
  const seen = new Set(roots);
  for (const node of seen) for (const edge of node.edges) if (edge !== null) seen.add(edge.node);
  const order = [...seen].sort((a, b) => a.sequence - b.sequence);
  const needed = new Set(targets ?? order);
  // A node leads to a target if a node it leads to does; those were recorded before it.
  for (const node of order) {
    if (node.edges.some((edge) => edge !== null && needed.has(edge.node))) needed.add(node);
  }
  return new Set(order.reverse().filter((node) => needed.has(node)));
}
