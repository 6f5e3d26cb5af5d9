/**
 * Readies a program's expressions for scheduling: detachment, which only matters to gradients, is dropped, and a
 * maximum whose shifted exponentials are summed becomes one `online` fold with that sum, which saves a pass.
 */
import { Algebra } from "./algebra.js";
import { Arena, importer, reachable } from "./arena.js";
import type { Node, Program } from "./types.js";

/** The maximum that `shift` stands for: itself, or itself with infinities replaced by 0. */
function maximumIn(shift: Node): { max: Node; guarded: boolean } | null {
  if (shift.op === "reduce")
    return shift.p === "max" && shift.kind === "f" ? { max: shift, guarded: false } : null;
  if (shift.op !== "select") return null;
  const [condition, zero, max] = shift.args as [Node, Node, Node];
  const isGuard =
    condition.op === "isinf" && condition.args[0] === max && zero.op === "const" && zero.p === 0;
  return isGuard && max.op === "reduce" && max.p === "max" ? { max, guarded: true } : null;
}

/** Matches sum(exp(u - m)) with m the maximum of u over the same axes. */
function matchSumExp(node: Node): { max: Node; guarded: boolean } | null {
  if (node.op !== "reduce" || node.p !== "sum") return null;
  const exp = node.args[0] as Node;
  const difference = exp.args[0] as Node | undefined;
  if (exp.op !== "exp" || difference?.op !== "sub") return null;
  const found = maximumIn(difference.args[1] as Node);
  return found && found.max.over === node.over && found.max.args[0] === difference.args[0] ? found : null;
}

/** The output nodes of `program` in a fresh arena, prepared as described above. */
export function prepare(program: Program): Node[] {
  const plain = new Arena();
  const strip: (node: Node) => Node = importer(plain, (node) =>
    node.op === "detach" ? strip(node.args[0] as Node) : null,
  );
  const roots = program.outputs.map((output) => strip(output.node));
  const sums = reachable(roots).flatMap((node) => {
    const found = matchSumExp(node);
    return found ? [{ node, ...found }] : [];
  });
  if (sums.length === 0) return roots;

  const algebra = new Algebra(new Arena(), program.axes);
  const paired = new Set(sums.map(({ max }) => max));
  const sumOf = new Map(sums.map((sum) => [sum.node, sum]));
  const fold = (max: Node, slot: "online.max" | "online.sumexp"): Node =>
    algebra.reduce(slot, copy(max.args[0] as Node), max.over);
  const copy: (node: Node) => Node = importer(algebra.arena, (node) => {
    if (paired.has(node)) return fold(node, "online.max");
    const sum = sumOf.get(node);
    if (sum === undefined) return null;
    const folded = fold(sum.max, "online.sumexp");
    if (!sum.guarded) return folded;
    // With an infinite maximum the guarded sum is of unshifted exponentials: 0 or inf, which is exp of the maximum.
    const max = fold(sum.max, "online.max");
    return algebra.select(algebra.unary("isinf", max), algebra.unary("exp", max), folded);
  });
  return roots.map(copy);
}
