/** A direct evaluator of programs and of schedules on small float64 arrays, written only to be obviously right. */

import { schedule } from "../../src/program/index.js";
import { isBinary, isUnary } from "../../src/program/scalars.js";
import { evaluateBinary, evaluateUnary } from "../../src/program/special.js";
import type { Axes, Fold, Node, Program, Step } from "../../src/program/types.js";

export type Values = Float64Array;
type Position = readonly number[];

/** A launch: the extent of each axis. */
export class Space {
  constructor(readonly sizes: readonly number[]) {}

  count(axes: Axes): number {
    return this.sizes.reduce((n, size, axis) => (axes & (1 << axis) ? n * size : n), 1);
  }

  /** Row-major place of a position within `axes`. */
  at(axes: Axes, position: Position): number {
    return this.sizes.reduce(
      (n, size, axis) => (axes & (1 << axis) ? n * size + (position[axis] as number) : n),
      0,
    );
  }

  /** Every position along `axes`, row-major, the other coordinates as in `base`. */
  *along(axes: Axes, base: Position = this.sizes.map(() => 0)): Generator<Position> {
    const position = [...base];
    const step = function* (space: Space, axis: number): Generator<Position> {
      if (axis === space.sizes.length) yield [...position];
      else if ((axes & (1 << axis)) === 0) yield* step(space, axis + 1);
      else
        for (let i = 0; i < (space.sizes[axis] as number); i++) {
          position[axis] = i;
          yield* step(space, axis + 1);
        }
    };
    yield* step(this, 0);
  }
}

/** A stand-in for the library's generator: any pure function of the four numbers will do. */
function randomAt(seed: number, offset: number, stream: number, position: number): number {
  const x = Math.sin(seed * 12.9898 + offset * 78.233 + stream * 37.719 + position * 4.581) * 43758.5453;
  return x - Math.floor(x);
}

function fold(slot: string, values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const extreme = (better: (a: number, b: number) => boolean): number =>
    values.reduce((best, v, i) => (better(v, values[best] as number) ? i : best), 0);
  switch (slot) {
    case "sum":
      return values.reduce((a, b) => a + b, 0);
    case "prod":
      return values.reduce((a, b) => a * b, 1);
    case "max":
    case "online.max":
      return Math.max(...values);
    case "min":
      return Math.min(...values);
    case "any":
      return values.some((v) => v !== 0) ? 1 : 0;
    case "all":
      return values.every((v) => v !== 0) ? 1 : 0;
    case "argmax.index":
      return extreme((a, b) => a > b);
    case "argmin.index":
      return extreme((a, b) => a < b);
    case "argmax.value":
      return Math.max(...values);
    case "argmin.value":
      return Math.min(...values);
    case "welford.mean":
      return mean;
    case "welford.m2":
      return values.reduce((a, b) => a + (b - mean) ** 2, 0);
    case "online.sumexp":
      return values.reduce((a, b) => a + Math.exp(b - Math.max(...values)), 0);
    default:
      throw new Error(`unknown slot ${slot}`);
  }
}

/** The value of any node but inputs and reductions, given its arguments. */
function compute(
  node: Node,
  args: readonly number[],
  position: Position,
  space: Space,
  launch: Axes,
): number {
  const [a, b, c] = args as [number, number, number];
  if (isUnary(node.op)) return evaluateUnary(node.op, a);
  if (isBinary(node.op)) return evaluateBinary(node.op, a, b);
  switch (node.op) {
    case "const":
      return Number(node.p);
    case "index":
      return space.at(node.p as Axes, position);
    case "size":
      return space.count(node.p as Axes);
    case "linear":
      return space.at(launch, position);
    case "select":
      return a !== 0 ? b : c;
    case "cast":
      return node.kind === "i" ? Math.trunc(a) : a;
    case "detach":
      return a;
    case "rand":
      return randomAt(a, b, node.p as number, space.at(launch, position));
    default:
      throw new Error(`cannot compute ${node.op}`);
  }
}

/** What the outputs hold by definition, each over its own axes. */
export function evaluate(program: Program, inputs: readonly Values[], space: Space): Values[] {
  const known = new Map<Node, Values>();
  const valuesOf = (node: Node): Values => {
    let values = known.get(node);
    if (values !== undefined) return values;
    if (node.op === "input") values = inputs[node.p as number] as Values;
    else {
      const args = node.args.map((arg) => ({ axes: arg.axes, values: valuesOf(arg) }));
      const read = (position: Position): number[] =>
        args.map((arg) => arg.values[space.at(arg.axes, position)] as number);
      values = new Float64Array(space.count(node.axes));
      for (const position of space.along(node.axes)) {
        values[space.at(node.axes, position)] =
          node.op === "reduce"
            ? fold(
                node.p as string,
                [...space.along(node.over, position)].map((p) => read(p)[0] as number),
              )
            : compute(node, read(position), position, space, program.axes);
      }
    }
    known.set(node, values);
    return values;
  };
  return program.outputs.map(({ node, axes }) => {
    const values = valuesOf(node);
    const result = new Float64Array(space.count(axes));
    for (const position of space.along(axes)) {
      result[space.at(axes, position)] = values[space.at(node.axes, position)] as number;
    }
    return result;
  });
}

/** Runs one step exactly as its lists say: a node that is used before it is listed is an error. */
function runStep(step: Step, inputs: readonly Values[], space: Space): Values[] {
  const outputs = step.outputs.map(({ axes }) => new Float64Array(space.count(axes)));
  const written = outputs.map((values) => new Uint8Array(values.length));
  const write = (output: number, position: Position, value: number): void => {
    const at = space.at(step.outputs[output]?.axes as Axes, position);
    if (written[output]?.[at]) throw new Error(`output ${output} written twice at ${at}`);
    (written[output] as Uint8Array)[at] = 1;
    (outputs[output] as Values)[at] = value;
  };
  for (const row of space.along(step.axes & ~step.over)) {
    const rowValues = new Map<Node, number>();
    const evaluateInto = (list: readonly Node[], into: Map<Node, number>, position: Position): void => {
      for (const node of list) {
        const args = node.args.map((arg) => {
          const value = into.get(arg) ?? rowValues.get(arg);
          if (value === undefined) throw new Error(`${node.op} uses ${arg.op} before it is listed`);
          return value;
        });
        const slot = node.op === "input" ? step.inputs[node.p as number] : undefined;
        into.set(
          node,
          slot
            ? ((inputs[node.p as number] as Values)[space.at(slot.axes, position)] as number)
            : compute(node, args, position, space, step.axes),
        );
      }
    };
    evaluateInto(step.prologue, rowValues, row);
    for (const pass of step.passes) {
      const taken = new Map<Fold, number[]>(pass.folds.map((f) => [f, []]));
      for (const position of space.along(step.over, row)) {
        const element = new Map<Node, number>();
        evaluateInto(pass.element, element, position);
        for (const [f, values] of taken) values.push(element.get(f.arg) as number);
        for (const { output, node } of pass.stores) write(output, position, element.get(node) as number);
      }
      for (const [f, values] of taken) {
        for (const result of f.results) rowValues.set(result, fold(result.p as string, values));
      }
      evaluateInto(pass.row, rowValues, row);
      for (const { output, node } of pass.rowStores) write(output, row, rowValues.get(node) as number);
    }
  }
  written.forEach((marks, i) => {
    if (marks.some((mark) => mark === 0)) throw new Error(`output ${i} is not written everywhere`);
  });
  return outputs;
}

/** What the outputs hold after running the program's schedule. */
export function runSchedule(program: Program, inputs: readonly Values[], space: Space): Values[] {
  const results: Values[] = program.outputs.map(() => new Float64Array(0));
  const made: Values[][] = [];
  for (const step of schedule(program)) {
    const given = step.inputs.map(({ from }) => {
      if ("program" in from) return inputs[from.program] as Values;
      if ("step" in from) return made[from.step]?.[from.output] as Values;
      return Float64Array.of(space.count(from.size));
    });
    const outputs = runStep(step, given, space);
    made.push(outputs);
    step.outputs.forEach((output, i) => {
      if (output.program !== null) results[output.program] = outputs[i] as Values;
    });
  }
  return results;
}
