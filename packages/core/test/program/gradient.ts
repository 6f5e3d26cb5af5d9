/** Checks a program's first and second derivatives against finite differences, and every schedule on the way. */
import { expect } from "vitest";
import { differentiate, extend } from "../../src/program/index.js";
import type { Derived, Program } from "../../src/program/types.js";
import { evaluate, runSchedule, type Space, type Values } from "./evaluate.js";

/** Evaluates a program both ways and returns the values once they agree. */
export function run(program: Program, inputs: readonly Values[], space: Space): Values[] {
  const direct = evaluate(program, inputs, space);
  runSchedule(program, inputs, space).forEach((values, i) => {
    expectClose(values, direct[i] as Values, 1e-11, `${program.name} schedule`);
  });
  return direct;
}

export function expectClose(got: Values, expected: Values, tolerance: number, what: string): void {
  expect(got.length, what).toBe(expected.length);
  got.forEach((value, i) => {
    const want = expected[i] as number;
    const near =
      Object.is(value, want) || value === want || Math.abs(value - want) <= tolerance * (1 + Math.abs(want));
    expect(near, `${what}: element ${i} is ${value}, expected ${want}`).toBe(true);
  });
}

export const floatMask = (program: Program): boolean[] => program.inputs.map(({ kind }) => kind === "f");
const outputMask = (program: Program): boolean[] => program.outputs.map(({ node }) => node.kind === "f");

function gather(
  derived: Derived,
  inputs: readonly Values[],
  outputs: readonly Values[],
  cotangents: readonly Values[],
): Values[] {
  const saved = derived.saved.map(
    ({ from, index }) => (from === "input" ? inputs[index] : outputs[index]) as Values,
  );
  return [...saved, ...cotangents];
}

const present = (program: Program, all: readonly Values[]): Values[] =>
  all.filter((_, i) => outputMask(program)[i]);

/** Gradients of the marked inputs for the given output cotangents (one per output, those of other kinds unused). */
export function gradients(
  program: Program,
  inputs: readonly Values[],
  cotangents: readonly Values[],
  space: Space,
  wrt = floatMask(program),
): Values[] {
  const derived = differentiate(program, wrt, outputMask(program));
  const outputs = run(extend(program, derived), inputs, space);
  return run(derived.program, gather(derived, inputs, outputs, present(program, cotangents)), space);
}

const dot = (a: readonly Values[], b: readonly Values[]): number =>
  a.reduce((total, values, i) => total + values.reduce((sum, v, j) => sum + v * (b[i]?.[j] as number), 0), 0);

function addTo(target: Values, values: Values): void {
  for (let i = 0; i < values.length; i++) target[i] = (target[i] as number) + (values[i] as number);
}

/** Gradient of <weights, gradients(inputs)> by differentiating the gradient program and what it saved. */
function secondGradients(
  program: Program,
  inputs: readonly Values[],
  cotangents: readonly Values[],
  weights: readonly Values[],
  space: Space,
): Values[] {
  const wrt = floatMask(program);
  const derived = differentiate(program, wrt, outputMask(program));
  const forward = extend(program, derived);
  const outputs = run(forward, inputs, space);
  const inner = gather(derived, inputs, outputs, present(program, cotangents));
  const innerWrt = floatMask(derived.program);
  const through = gradients(derived.program, inner, weights, space);
  const total = inputs.map((values) => new Float64Array(values.length));
  const pulled = forward.outputs.map(({ axes }) => new Float64Array(space.count(axes)));
  let next = 0;
  derived.saved.forEach(({ from, index }, slot) => {
    if (!innerWrt[slot]) return;
    addTo((from === "input" ? total[index] : pulled[index]) as Values, through[next++] as Values);
  });
  const back = gradients(forward, inputs, pulled, space, wrt);
  program.inputs.forEach((_, i) => {
    if (wrt[i]) addTo(total[i] as Values, back[wrt.slice(0, i).filter(Boolean).length] as Values);
  });
  return total.filter((_, i) => wrt[i]);
}

/** Central differences of a scalar function of the marked inputs, at two step sizes extrapolated to one. */
function differences(
  inputs: readonly Values[],
  wrt: readonly boolean[],
  f: (inputs: readonly Values[]) => number,
): Values[] {
  const h = 1e-3;
  return inputs.flatMap((values, k) => {
    if (!wrt[k]) return [];
    return [
      values.map((value, i) => {
        const at = (x: number): number => f(inputs.map((v, j) => (j === k ? v.with(i, x) : v)));
        const slope = (step: number): number => (at(value + step) - at(value - step)) / (2 * step);
        return (4 * slope(h / 2) - slope(h)) / 3;
      }),
    ];
  });
}

/** Numbers in (-1, 1) that look arbitrary and never change. */
export function pseudo(count: number, seed: number): Values {
  let state = (seed * 2654435761) >>> 0 || 1;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export interface CheckOptions {
  readonly tolerance?: number;
  readonly second?: boolean;
}

/** Asserts that derived gradients equal finite differences of the program's values. */
export function checkGradients(
  program: Program,
  inputs: readonly Values[],
  space: Space,
  options: CheckOptions = {},
): void {
  const { tolerance = 1e-7, second = true } = options;
  const wrt = floatMask(program);
  const cotangents = program.outputs.map(({ axes }, i) => pseudo(space.count(axes), 77 + i));
  const value = (at: readonly Values[]): number =>
    dot(present(program, evaluate(program, at, space)), present(program, cotangents));
  const first = gradients(program, inputs, cotangents, space);
  differences(inputs, wrt, value).forEach((expected, i) => {
    expectClose(first[i] as Values, expected, tolerance, `${program.name} gradient ${i}`);
  });
  if (!second) return;
  const weights = first.map((values, i) => pseudo(values.length, 133 + i));
  const slope = (at: readonly Values[]): number => {
    const derived = differentiate(program, wrt, outputMask(program));
    const outputs = evaluate(extend(program, derived), at, space);
    return dot(
      evaluate(derived.program, gather(derived, at, outputs, present(program, cotangents)), space),
      weights,
    );
  };
  const twice = secondGradients(program, inputs, cotangents, weights, space);
  differences(inputs, wrt, slope).forEach((expected, i) => {
    expectClose(twice[i] as Values, expected, tolerance * 10, `${program.name} second gradient ${i}`);
  });
}
