/**
 * Divides a program's nodes among launches. Reductions over the same axes whose results span the same rows share a
 * launch unless one needs another by way of a third; an output is computed in the launch of the reductions it needs
 * if it covers exactly that launch's positions or rows, else in a pointwise launch at the end.
 */
import { reachable } from "./arena.js";
import type { Axes, Node, ProgramOutput } from "./types.js";

export interface PlannedStep {
  readonly level: number;
  readonly over: Axes;
  /** Axes that index rows; for a pointwise step all of them. */
  readonly rows: Axes;
  /** The reductions made here. */
  readonly reduces: Set<Node>;
  /** What must be stored: a program's output, or an intermediate (`program` null) that a later step reads. */
  readonly stores: { readonly node: Node; readonly axes: Axes; readonly program: number | null }[];
}

export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** The stored value a node has to be read from in step `at`, or null if the step computes it (or it is a leaf). */
  source(node: Node, at: number): { readonly step: number; readonly output: number } | null;
}

type Output = Pick<ProgramOutput, "node" | "axes">;

/** For every node the reductions it needs that are not hidden behind other reductions. */
function frontiers(order: readonly Node[]): Map<Node, ReadonlySet<Node>> {
  const none: ReadonlySet<Node> = new Set();
  const result = new Map<Node, ReadonlySet<Node>>();
  const seenFrom = (arg: Node): ReadonlySet<Node> =>
    arg.op === "reduce" ? new Set([arg]) : (result.get(arg) ?? none);
  for (const node of order) {
    let union: ReadonlySet<Node> = none;
    for (const arg of node.args) {
      const more = seenFrom(arg);
      if (union.size === 0) union = more;
      else if (more.size > 0 && more !== union) union = new Set([...union, ...more]);
    }
    result.set(node, union);
  }
  return result;
}

const sameLaunch = (a: Node, b: Node): boolean => a.over === b.over && a.axes === b.axes;

export function plan(outputs: readonly Output[]): Plan {
  const order = reachable(outputs.map((output) => output.node));
  const frontier = frontiers(order);
  const steps: PlannedStep[] = [];
  const stepOf = new Map<Node, PlannedStep>();
  const emptyStep = (level: number, over: Axes, rows: Axes): PlannedStep => {
    const step: PlannedStep = { level, over, rows, reduces: new Set(), stores: [] };
    steps.push(step);
    return step;
  };

  for (const node of order) {
    if (node.op !== "reduce") continue;
    let level = 0;
    for (const below of frontier.get(node) as ReadonlySet<Node>) {
      level = Math.max(level, (stepOf.get(below) as PlannedStep).level + (sameLaunch(below, node) ? 0 : 1));
    }
    const fits = (step: PlannedStep): boolean =>
      step.level === level && step.over === node.over && step.rows === node.axes;
    const step = steps.find(fits) ?? emptyStep(level, node.over, node.axes);
    step.reduces.add(node);
    stepOf.set(node, step);
  }
  steps.sort((a, b) => a.level - b.level);

  /** The step in which a node that needs reductions can be computed as they become known, if there is one. */
  const home = (node: Node): PlannedStep | null => {
    if (node.op === "reduce") return stepOf.get(node) as PlannedStep;
    const needed = [...(frontier.get(node) as ReadonlySet<Node>)].map((reduce) => stepOf.get(reduce));
    const steps = new Set(needed as PlannedStep[]);
    const level = Math.max(...[...steps].map((step) => step.level));
    const [last, ...rivals] = [...steps].filter((step) => step.level === level);
    return last === undefined || rivals.length > 0 ? null : last;
  };

  outputs.forEach(({ node, axes }, program) => {
    const covers = (step: PlannedStep): boolean =>
      step.over !== 0 && node.axes === axes && (axes === step.rows || axes === (step.rows | step.over));
    const needed = home(node);
    const reduces = (frontier.get(node) as ReadonlySet<Node>).size > 0 || node.op === "reduce";
    const step = reduces ? (needed && covers(needed) ? needed : undefined) : steps.find(covers);
    const pointwise = (): PlannedStep =>
      steps.find((s) => s.over === 0 && s.rows === axes) ?? emptyStep(Number.POSITIVE_INFINITY, 0, axes);
    (step ?? pointwise()).stores.push({ node, axes, program });
  });

  const source: Plan["source"] = (node, at) => {
    if (node.args.length === 0) return null;
    for (let s = 0; s < at; s++) {
      const { stores } = steps[s] as PlannedStep;
      const output = stores.findIndex((store) => store.node === node && store.axes === node.axes);
      if (output >= 0) return { step: s, output };
    }
    const here = steps[at] as PlannedStep;
    const from = home(node);
    if (from === null || from === here || (node.op !== "reduce" && node.axes !== from.rows)) return null;
    for (const reduce of frontier.get(node) as ReadonlySet<Node>)
      if (node.op !== "reduce" && here.reduces.has(reduce)) return null;
    const output = from.stores.push({ node, axes: node.axes, program: null }) - 1;
    return { step: steps.indexOf(from), output };
  };

  // Later steps decide what earlier ones must leave behind, so they are walked first.
  for (let at = steps.length - 1; at >= 0; at--) {
    const { stores, reduces } = steps[at] as PlannedStep;
    reachable([...stores.map(({ node }) => node), ...reduces], (node) =>
      source(node, at) === null ? node.args : [],
    );
  }
  return { steps, source };
}
