/** Programs and steps as text, for people reading what runs. */
import { reachable } from "./arena.js";
import { hashOf } from "./hash.js";
import type { Axes, Node, Program, Step, StepInput } from "./types.js";

/** Axes as their numbers: `{0,2}`. */
export function axesText(axes: Axes): string {
  const numbers: number[] = [];
  for (let axis = 0; axes >> axis !== 0; axis++) if (axes & (1 << axis)) numbers.push(axis);
  return `{${numbers.join(",")}}`;
}

const isInline = (node: Node): boolean => node.op === "const" || node.op === "input" || node.op === "size";

function reference(node: Node): string {
  if (node.op === "const")
    return node.kind === "b" ? String(node.p === 1) : Object.is(node.p, -0) ? "-0" : String(node.p);
  if (node.op === "input") return `in${node.p}`;
  if (node.op === "size") return `size${axesText(node.p as Axes)}`;
  return `%${node.id}`;
}

function definition(node: Node): string {
  const args = node.args.map(reference).join(", ");
  switch (node.op) {
    case "index":
      return `index${axesText(node.p as Axes)}`;
    case "reduce":
      return `${node.p}(${args}) over ${axesText(node.over)}`;
    case "rand":
      return `rand[${node.p}](${args})`;
    default:
      return `${node.op}(${args})`;
  }
}

const line = (node: Node): string =>
  `${reference(node)}: ${node.kind}${axesText(node.axes)} = ${definition(node)}`;
const lines = (nodes: readonly Node[], indent: string): string[] =>
  nodes.filter((node) => !isInline(node)).map((node) => indent + line(node));

/** The whole graph, one node a line. */
export function printProgram(program: Program): string {
  const inputs = program.inputs.map(({ kind, axes }, i) => `in${i}: ${kind}${axesText(axes)}`).join(", ");
  const body = lines(reachable(program.outputs.map((output) => output.node)), "  ");
  const outputs = program.outputs.map(
    ({ name, node, axes }) => `  ${name}${axesText(axes)} <- ${reference(node)}`,
  );
  return [
    `${program.name} ${axesText(program.axes)} (${inputs}) #${hashOf(program)}`,
    ...body,
    ...outputs,
  ].join("\n");
}

function inputText({ kind, axes, from }: StepInput, slot: number): string {
  const origin =
    "program" in from
      ? `input ${from.program}`
      : "step" in from
        ? `step ${from.step}.${from.output}`
        : `size${axesText(from.size)}`;
  return `in${slot}: ${kind}${axesText(axes)} from ${origin}`;
}

/** One launch, sweep by sweep. */
export function printStep(step: Step): string {
  const text = [
    `step ${axesText(step.axes)} over ${axesText(step.over)} (${step.inputs.map(inputText).join(", ")})`,
  ];
  text.push(...lines(step.prologue, "  "));
  step.passes.forEach((pass, p) => {
    text.push(`  pass ${p}`, ...lines(pass.element, "    "));
    for (const { output, node } of pass.stores)
      text.push(`    out${output}${axesText(step.outputs[output]?.axes ?? 0)} <- ${reference(node)}`);
    for (const fold of pass.folds) for (const result of fold.results) text.push(`    fold ${line(result)}`);
    text.push(...lines(pass.row, "    row "));
    for (const { output, node } of pass.rowStores) text.push(`    row out${output} <- ${reference(node)}`);
  });
  return text.join("\n");
}
