/** How the operands of a fused launch lie, as far as a shader is made for it: never their sizes. */
import type { FusedLaunch, FusedOperand, Node, Step } from "@flambeau/core";
import type { Scalar } from "../dispatch.js";
import type { ParamType } from "../ir/types.js";
import { divisions, numberOf, typeOf } from "./scalars.js";

/** `walk`: contiguous in launch order. `still`: the same element everywhere. `stride`: anything else. */
export type Lie = "walk" | "still" | "stride";

export function lieOf(operand: FusedOperand, sizes: readonly number[]): Lie {
  let expected = 1;
  let walks = true;
  let still = true;
  for (let d = sizes.length - 1; d >= 0; d--) {
    const stride = operand.strides[d] as number;
    if (stride !== 0) still = false;
    if (stride !== expected) walks = false;
    expected *= sizes[d] as number;
  }
  return still ? "still" : walks ? "walk" : "stride";
}

export const isOperand = (slot: FusedOperand | number | bigint): slot is FusedOperand =>
  typeof slot === "object";

/** The scalar inputs of a launch. */
export function scalarsOf({ kernel: { step, widths }, inputs }: FusedLaunch): Scalar[] {
  const scalars: Scalar[] = [];
  for (const [slot, value] of inputs.entries()) {
    if (isOperand(value)) continue;
    const type = typeOf(step.inputs[slot]?.kind === "f" ? "f" : "i", widths) as ParamType;
    scalars.push({ type, value: numberOf(type, value) });
  }
  return scalars;
}

/** What each input of a launch is in its shader: the next of `operands`, or of `scalars`. */
export function slotsOf<T, S>(
  { inputs }: FusedLaunch,
  operands: readonly T[],
  scalars: readonly S[],
): (T | S)[] {
  const [operand, scalar] = [operands.values(), scalars.values()];
  return inputs.map((input) => (isOperand(input) ? operand : scalar).next().value as T | S);
}

const dividing = new WeakMap<Step, boolean>();

/** Whether a step divides integers, and so may have to report a divisor of 0. */
export function dividesIntegers(step: Step): boolean {
  let found = dividing.get(step);
  if (found === undefined) {
    const reports = (node: Node): boolean => divisions.has(node.op) && node.kind === "i";
    found = [step.prologue, ...step.passes.flatMap((pass) => [pass.element, pass.row])].some((nodes) =>
      nodes.some(reports),
    );
    dividing.set(step, found);
  }
  return found;
}
