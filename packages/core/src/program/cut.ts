/**
 * Which values of the forward program to keep for its gradient: the cheapest set of nodes that separates what is known
 * (inputs and reductions) from what the gradient reads. Everything behind the set is computed again.
 */
import type { Axes, Node } from "./types.js";

export interface CutProblem {
  /** Nodes of the forward program have lower ids. */
  readonly forwardCount: number;
  readonly axes: Axes;
  readonly outputs: ReadonlySet<Node>;
  /** Nodes free of cotangents that the gradient reads directly. */
  readonly read: readonly Node[];
}

const FREE = 0;
const SMALL_INPUT = 8;
const SMALL_OUTPUT = 9;
const SMALL_VALUE = 10;
const FULL_OUTPUT = 10_000;
const FULL_INPUT = 10_010;
const FULL_VALUE = 16_000;
const NEVER = 1e12;

/** The price of keeping a node. A value that would have to be written just for this costs more than one that is there. */
function price(node: Node, problem: CutProblem): number {
  if (node.id >= problem.forwardCount) return NEVER;
  const full = node.axes === problem.axes && node.axes !== 0;
  if (node.op === "input")
    return node.kind !== "f" || node.axes === 0 ? FREE : full ? FULL_INPUT : SMALL_INPUT;
  if (problem.outputs.has(node)) return full ? FULL_OUTPUT : SMALL_OUTPUT;
  return full ? FULL_VALUE : SMALL_VALUE;
}

/** A network: by vertex, what can still flow to each of its neighbours. */
class Flow {
  readonly capacities: Map<number, number>[] = [];

  vertex(): number {
    return this.capacities.push(new Map()) - 1;
  }

  /** Lets `amount` more flow. */
  widen(from: number, to: number, amount: number): void {
    const out = this.capacities[from] as Map<number, number>;
    out.set(to, (out.get(to) ?? 0) + amount);
  }

  connect(from: number, to: number, capacity: number): void {
    this.widen(from, to, capacity);
    this.widen(to, from, 0);
  }

  /** Sends flow along shortest paths until none is left. */
  saturate(source: number, sink: number): void {
    for (;;) {
      const before = new Map<number, number>();
      const reached = new Set([source]);
      for (const vertex of reached) {
        for (const [to, capacity] of this.capacities[vertex] as Map<number, number>) {
          if (capacity <= 0 || reached.has(to)) continue;
          before.set(to, vertex);
          reached.add(to);
        }
      }
      if (!reached.has(sink)) return;
      const path: [from: number, to: number][] = [];
      for (let at = sink; at !== source; at = before.get(at) as number)
        path.push([before.get(at) as number, at]);
      const amount = Math.min(...path.map(([from, to]) => this.capacities[from]?.get(to) as number));
      for (const [from, to] of path) {
        this.widen(from, to, -amount);
        this.widen(to, from, amount);
      }
    }
  }

  /** The vertices from which the sink can still be reached. */
  reaching(sink: number): Set<number> {
    const reached = new Set([sink]);
    for (const vertex of reached)
      for (const from of (this.capacities[vertex] as Map<number, number>).keys())
        if ((this.capacities[from]?.get(vertex) as number) > 0) reached.add(from);
    return reached;
  }
}

/** The nodes to keep; among equally cheap choices those nearest to where the gradient reads. */
export function cheapestCut(problem: CutProblem): Node[] {
  const flow = new Flow();
  const [source, sink] = [flow.vertex(), flow.vertex()];
  const entry = new Map<Node, number>();
  const visit = (node: Node): number => {
    const known = entry.get(node);
    if (known !== undefined) return known;
    const [into, out] = [flow.vertex(), flow.vertex()];
    entry.set(node, into);
    flow.connect(into, out, price(node, problem));
    const isKnown = node.op === "input" || (node.op === "reduce" && node.id < problem.forwardCount);
    if (isKnown) flow.connect(source, into, NEVER);
    else for (const arg of node.args) flow.connect(visit(arg) + 1, into, NEVER);
    return into;
  };
  for (const node of problem.read) flow.connect(visit(node) + 1, sink, NEVER);
  flow.saturate(source, sink);
  const near = flow.reaching(sink);
  const kept: Node[] = [];
  for (const [node, into] of entry) {
    const isLeaf = node.args.length === 0 && node.op !== "input";
    if (!isLeaf && near.has(into + 1) && !near.has(into)) kept.push(node);
  }
  return kept.sort((a, b) => a.id - b.id);
}
