/** From a TypeScript function over scalar expressions to programs, one per pattern of broadcasting. */
import { ArgumentError, FlambeauError } from "../errors.js";
import { Algebra } from "./algebra.js";
import { Arena } from "./arena.js";
import { building } from "./context.js";
import { Expr } from "./expr.js";
import { remember } from "./memo.js";
import { Row } from "./row.js";
import type { Axes, Program, ProgramInput, ProgramOutput } from "./types.js";

/** What a definition may return: one output, several in order, or several by name. */
export type Outputs = Expr | readonly Expr[] | { readonly [name: string]: Expr };

/** A function over scalar expressions, ready to become a program for inputs that vary along any axes. */
export interface Definition {
  readonly name: string;
  /**
   * The program for inputs of these axes and kinds, in a launch over `axes` whose rows run along `over` (0 for a
   * pointwise definition). Made once per combination. An output of a pointwise definition spans `axes`; one of a
   * rowwise definition spans `axes` if it varies along the row, else the axes outside `over`.
   */
  program(inputs: readonly ProgramInput[], axes: Axes, over?: Axes): Program;
}

/** Freezes outputs into a program. */
export function makeProgram(
  name: string,
  inputs: readonly ProgramInput[],
  outputs: readonly ProgramOutput[],
  axes: Axes,
): Program {
  return Object.freeze({ name, inputs, outputs, axes });
}

function namedOutputs(name: string, outputs: Outputs): [string, Expr][] {
  const entries: [string, Expr][] = outputs instanceof Expr ? [["out", outputs]] : Object.entries(outputs);
  for (const [key, value] of entries) {
    if (!(value instanceof Expr)) {
      throw new ArgumentError(
        name,
        `expected the definition to return expressions, got ${typeof value} for output ${key}`,
      );
    }
  }
  if (entries.length === 0) throw new ArgumentError(name, "expected at least one output, got none");
  return entries;
}

/** Lets an error of an expression name the operator that is defined by it. */
function named<R>(name: string, build: () => R): R {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof FlambeauError) || error.op === name) throw error;
    const Typed = error.constructor as typeof FlambeauError;
    throw new Typed(name, error.message, { cause: error });
  }
}

function define(name: string, build: (row: Row, inputs: readonly Expr[]) => Outputs): Definition {
  const cache = new Map<string, Program>();
  return {
    name,
    program(inputs, axes, over = 0) {
      let key = `${axes}/${over}`;
      for (const input of inputs) key += `,${input.axes}${input.kind}`;
      return remember(cache, key, () => {
        const algebra = new Algebra(new Arena(), axes);
        const args = inputs.map(
          (input, slot) => new Expr(algebra, algebra.input(slot, input.axes, input.kind)),
        );
        const result = named(name, () => building(algebra, () => build(new Row(algebra, over), args)));
        const outputs = namedOutputs(name, result).map(([key, { node }]) => ({
          name: key,
          node,
          axes: over === 0 || (node.axes & over) !== 0 ? axes : axes & ~over,
        }));
        return makeProgram(name, inputs, outputs, axes);
      });
    },
  };
}

/** Defines a computation that treats every position alike; `f` gets one expression per input. */
export function definePointwise(name: string, f: (...inputs: Expr[]) => Outputs): Definition {
  return define(name, (_, inputs) => f(...inputs));
}

/** Defines a computation over rows; `f` gets the row, which reduces, and one expression per input. */
export function defineRowwise(name: string, f: (row: Row, ...inputs: Expr[]) => Outputs): Definition {
  return define(name, (row, inputs) => f(row, ...inputs));
}
