/** Which part of the tape matters when only some gradients are asked for. */
import type { GradNode } from "./node.js";

/** The nodes on a way from `roots` to `targets`, both included. */
export function nodesBetween(roots: readonly GradNode[], targets: readonly GradNode[]): Set<GradNode> {
  const seen = new Set<GradNode>(roots);
  for (const node of seen) for (const edge of node.edges) if (edge !== null) seen.add(edge.node);
  const needed = new Set<GradNode>(targets);
  // A node leads to a target if a node it leads to does; those were recorded before it.
  for (const node of [...seen].sort((a, b) => a.sequence - b.sequence)) {
    if (node.edges.some((edge) => edge !== null && needed.has(edge.node))) needed.add(node);
  }
  return needed;
}
