/** Orders the work of one launch: which nodes are computed per row, which at every position, in which sweep. */
import { reachable } from "./arena.js";
import type { Axes, Fold, Monoid, Node, Pass, Step, StepInput, StepOutput, Store } from "./types.js";

const monoidOf = (reduce: Node): Monoid => (reduce.p as string).split(".")[0] as Monoid;

/** The nodes computed at every position that `roots` need, arguments first; values known per row are not entered. */
function elementNodes(roots: readonly Node[], over: Axes): Node[] {
  const seen = new Set<Node>();
  const order: Node[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node) || (node.axes & over) === 0) return;
    seen.add(node);
    for (const arg of node.args) visit(arg);
    order.push(node);
  };
  for (const root of roots) visit(root);
  return order;
}

/** Reductions of one sweep, those of the same monoid and argument together. */
function foldsOf(reduces: readonly Node[]): Fold[] {
  const folds = new Map<string, { monoid: Monoid; arg: Node; results: Node[] }>();
  for (const reduce of reduces) {
    const monoid = monoidOf(reduce);
    const arg = reduce.args[0] as Node;
    const key = `${monoid}/${arg.id}`;
    const fold = folds.get(key);
    if (fold === undefined) folds.set(key, { monoid, arg, results: [reduce] });
    else fold.results.push(reduce);
  }
  return [...folds.values()];
}

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
  for (const node of order) {
    let sweeps = 0;
    for (const arg of node.args) sweeps = Math.max(sweeps, after.get(arg) as number);
    after.set(node, node.op === "reduce" ? sweeps + 1 : sweeps);
  }
  const isElement = (node: Node): boolean => (node.axes & over) !== 0;
  const reduces = order.filter((node) => node.op === "reduce");
  let count = 1;
  for (const reduce of reduces) count = Math.max(count, after.get(reduce) as number);
  for (const { node } of stores)
    if (isElement(node)) count = Math.max(count, (after.get(node) as number) + 1);

  const rowNodes = order.filter((node) => node.op !== "reduce" && !isElement(node));
  const passes: Pass[] = [];
  for (let p = 0; p < count; p++) {
    const folds = foldsOf(reduces.filter((reduce) => after.get(reduce) === p + 1));
    const elementStores = stores.filter(({ node }) => isElement(node) && after.get(node) === p);
    const rowStores = stores.filter(
      ({ node }) => !isElement(node) && Math.max((after.get(node) as number) - 1, 0) === p,
    );
    const roots = [...folds.map((fold) => fold.arg), ...elementStores.map((store) => store.node)];
    passes.push({
      element: elementNodes(roots, over),
      folds,
      stores: elementStores,
      row: rowNodes.filter((node) => after.get(node) === p + 1),
      rowStores,
    });
  }
  return { axes, over, inputs, outputs, prologue: rowNodes.filter((node) => after.get(node) === 0), passes };
}
