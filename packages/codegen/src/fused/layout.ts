/** How the operands of a fused launch lie, as far as a shader is made for it: never their sizes. */
import type { FusedLaunch, FusedOperand, Kind, Node, Step } from "@flambeau/core";
import type { ParamType } from "../ir/types.js";
import { divisions } from "./scalars.js";

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

/** The type a scalar input is passed as. */
export const scalarType = (kind: Kind, widths: { readonly i: string }): ParamType =>
  kind === "f" ? "f32" : widths.i === "int64" ? "i64" : "i32";

/** Scalar inputs of a launch as parameters. */
export function scalarParams(launch: FusedLaunch): (number | bigint)[] {
  const { step, widths } = launch.kernel;
  const params: (number | bigint)[] = [];
  for (const [slot, input] of launch.inputs.entries()) {
    if (isOperand(input)) continue;
    const type = scalarType((step.inputs[slot] as { kind: Kind }).kind, widths);
    params.push(
      type === "f32"
        ? Number(input)
        : type === "i64"
          ? whole(input)
          : Number(BigInt.asIntN(32, whole(input))),
    );
  }
  return params;
}

const whole = (value: number | bigint): bigint =>
  typeof value === "bigint" ? value : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);

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
