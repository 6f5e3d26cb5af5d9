/** From a program to the launches that run it. */
import { Arena, importer, reachable } from "./arena.js";
import { remember } from "./memo.js";
import { prepare } from "./online.js";
import { arrange } from "./passes.js";
import { type Plan, type PlannedStep, plan } from "./plan.js";
import type { Node, Program, Schedule, Step, StepInput, StepOutput } from "./types.js";

const cache = new WeakMap<Program, Schedule>();

/**
 * The launches of `program`, in order. Most programs need one; reductions over different axes, and outputs that cover
 * neither the rows nor the positions of the launch they belong to, take more. Made once per program.
 */
export function schedule(program: Program): Schedule {
  return remember(cache, program, () => {
    const roots = prepare(program);
    const planned = plan(program.outputs.map(({ axes }, i) => ({ node: roots[i] as Node, axes })));
    return Object.freeze(planned.steps.map((_step, at) => buildStep(planned, at)));
  });
}

/** Copies a planned step's nodes into an arena of its own, in which inputs are numbered by its own slots. */
function buildStep(planned: Plan, at: number): Step {
  const step = planned.steps[at] as PlannedStep;
  const axes = step.rows | step.over;
  const arena = new Arena();
  const inputs: StepInput[] = [];
  const slots = new Map<string, Node>();
  const read = (node: Node, from: StepInput["from"]): Node =>
    remember(slots, JSON.stringify(from), () => {
      const slot = inputs.push({ axes: node.axes, kind: node.kind, from }) - 1;
      return arena.leaf("input", node.kind, slot, node.axes);
    });
  const copy = importer(arena, (node) => {
    if (node.op === "input") return read(node, { program: node.p as number });
    if (node.op === "size" && ((node.p as number) & ~axes) !== 0)
      return read(node, { size: node.p as number });
    const source = planned.source(node, at);
    return source === null ? null : read(node, source);
  });
  // The program's inputs come first, in its order.
  reachable(
    step.stores.map(({ node }) => node),
    (node) => (planned.source(node, at) === null ? node.args : []),
  )
    .filter((node) => node.op === "input")
    .sort((a, b) => (a.p as number) - (b.p as number))
    .forEach(copy);
  const stores = step.stores.map(({ node }, output) => ({ output, node: copy(node) }));
  const outputs: StepOutput[] = step.stores.map((store, i) => ({
    axes: store.axes,
    kind: (stores[i] as { node: Node }).node.kind,
    program: store.program,
  }));
  return Object.freeze(arrange(axes, step.over, inputs, outputs, stores));
}
