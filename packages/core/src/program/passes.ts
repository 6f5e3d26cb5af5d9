/** Orders the work of one launch: which nodes are computed per row, which at every position, in which sweep. */
import { reachable } from "./arena.js";
import { groupBy } from "./memo.js";
import type { Axes, Fold, Monoid, Node, Pass, Step, StepInput, StepOutput, Store } from "./types.js";

const monoidOf = (reduce: Node): Monoid => (reduce.p as string).split(".")[0] as Monoid;

/** Reductions of one sweep, those of the same monoid and argument together. */
const foldsOf = (reduces: readonly Node[]): Fold[] =>
  [...groupBy(reduces, (reduce) => `${monoidOf(reduce)}/${reduce.args[0]?.id}`).values()].map((results) => {
    const first = results[0] as Node;
    return { monoid: monoidOf(first), arg: first.args[0] as Node, results };
  });

/**
 * The step that stores `stores` in a launch over `axes`, reducing along `over`. Every `reduce` node below must be one
 * over `over`.
 */
export function arrange(
  axes: Axes,
  over: Axes,
  inputs: readonly StepInput[],
  outputs: readonly StepOutput[],
  stores: readonly Store[],
): Step {
  const order = reachable(stores.map((store) => store.node));
  if (over === 0) {
    const pass: Pass = { element: order, folds: [], stores, row: [], rowStores: [] };
    return { axes, over, inputs, outputs, prologue: [], passes: [pass] };
  }

  /** The number of sweeps that must have ended before a node can be computed (for a reduction: before it is known). */
  const after = new Map<Node, number>();
  const sweepsBefore = (node: Node): number => after.get(node) as number;
  for (const node of order) {
    const sweeps = Math.max(0, ...node.args.map(sweepsBefore));
    after.set(node, node.op === "reduce" ? sweeps + 1 : sweeps);
  }
  const isElement = (node: Node): boolean => (node.axes & over) !== 0;
  const reduces = order.filter((node) => node.op === "reduce");
  const ends = stores.flatMap(({ node }) => (isElement(node) ? [sweepsBefore(node) + 1] : []));
  const count = Math.max(1, ...reduces.map(sweepsBefore), ...ends);
  const rowNodes = order.filter((node) => node.op !== "reduce" && !isElement(node));
  const passes: Pass[] = [];
  for (let p = 0; p < count; p++) {
    const folds = foldsOf(reduces.filter((reduce) => sweepsBefore(reduce) === p + 1));
    const elementStores = stores.filter(({ node }) => isElement(node) && sweepsBefore(node) === p);
    const rowStores = stores.filter(
      ({ node }) => !isElement(node) && Math.max(sweepsBefore(node) - 1, 0) === p,
    );
    const roots = [...folds.map(({ arg }) => arg), ...elementStores.map(({ node }) => node)];
    passes.push({
      element: reachable(roots, (node) => node.args.filter(isElement)),
      folds,
      stores: elementStores,
      row: rowNodes.filter((node) => sweepsBefore(node) === p + 1),
      rowStores,
    });
  }
  return {
    axes,
    over,
    inputs,
    outputs,
    prologue: rowNodes.filter((node) => sweepsBefore(node) === 0),
    passes,
  };
}
