/** From a program to the launches that run it. */
import { Arena, importer } from "./arena.js";
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
  let steps = cache.get(program);
  if (steps === undefined) {
    const roots = prepare(program);
    const planned = plan(program.outputs.map(({ axes }, i) => ({ node: roots[i] as Node, axes })));
    steps = Object.freeze(planned.steps.map((_step, at) => buildStep(planned, at)));
    cache.set(program, steps);
  }
  return steps;
}

/** Copies a planned step's nodes into an arena of its own, in which inputs are numbered by its own slots. */
function buildStep(planned: Plan, at: number): Step {
  const step = planned.steps[at] as PlannedStep;
  const axes = step.rows | step.over;
  const arena = new Arena();
  const inputs: StepInput[] = [];
  const slots = new Map<string, Node>();
  const read = (node: Node, from: StepInput["from"]): Node => {
    const key = JSON.stringify(from);
    let input = slots.get(key);
    if (input === undefined) {
      input = arena.leaf("input", node.kind, inputs.length, node.axes);
      inputs.push({ axes: node.axes, kind: node.kind, from });
      slots.set(key, input);
    }
    return input;
  };
  const copy = importer(arena, (node) => {
    if (node.op === "input") return read(node, { program: node.p as number });
    if (node.op === "size" && ((node.p as number) & ~axes) !== 0)
      return read(node, { size: node.p as number });
    const source = planned.source(node, at);
    return source === null ? null : read(node, source);
  });
  for (const input of inputsUsed(step, planned, at)) copy(input);
  const stores = step.stores.map(({ node }, output) => ({ output, node: copy(node) }));
  const outputs: StepOutput[] = step.stores.map((store, i) => ({
    axes: store.axes,
    kind: (stores[i] as { node: Node }).node.kind,
    program: store.program,
  }));
  return Object.freeze(arrange(axes, step.over, inputs, outputs, stores));
}

/** The program inputs a step reads, in the program's order. */
function inputsUsed(step: PlannedStep, planned: Plan, at: number): Node[] {
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (planned.source(node, at) === null) for (const arg of node.args) visit(arg);
  };
  for (const { node } of step.stores) visit(node);
  return [...seen].filter((node) => node.op === "input").sort((a, b) => (a.p as number) - (b.p as number));
}
