/**
 * The gradient of any fused program: another fused program, derived from it. The forward runs with what the derivation
 * wants kept as further, hidden outputs of the same node. What follows from shapes and dtypes alone is planned in
 * `fusedForward.ts` and `fusedBackward.ts`.
 */
import type { Tensor } from "@flambeau/core";
import { apply, patternOf, withScalars } from "@flambeau/core/internal";
import type { Gradients } from "../node.js";
import { type BackwardPlan, backwardPlan } from "./fusedBackward.js";
import { forwardPlan } from "./fusedForward.js";
import { zerosOf } from "./ops.js";
import type { BackwardCall, Rule } from "./rule.js";

function run(call: BackwardCall<"fused">, { run: kernel, passed, needs }: BackwardPlan): Gradients {
  const made: Tensor[] = [];
  if (kernel !== null) {
    const tensors = kernel.tensors.map((from) => {
      if ("saved" in from) return call.saved[from.saved] as Tensor;
      const meta = call.outputs[from.cotangent] as (typeof call.outputs)[number];
      return call.cotangents[from.cotangent] ?? zerosOf(meta);
    });
    const scalars = kernel.scalars.map((at) => (at === null ? null : (call.params.scalars[at] ?? null)));
    made.push(...apply("fused", tensors, withScalars(kernel.pattern, scalars)));
  }
  return needs.map((needed, i): Tensor | null => {
    if (!needed) return null;
    const as = passed[i] as number;
    if (as >= 0) return call.cotangents[as] as Tensor;
    return made[kernel?.wanted.indexOf(i) ?? -1] ?? null;
  });
}

export const fused: Rule<"fused"> = {
  name: ({ program }) => program.name,
  forward: (inputs, params, needs, next) =>
    next("fused", inputs, withScalars(forwardPlan(patternOf(params), needs).pattern, params.scalars)),
  visible: ({ outputs }) => outputs.length,
  saves: ({ inputs, outputs, params, needs }) => {
    const { saves } = forwardPlan(patternOf(params), needs);
    return saves.map((from) => {
      if (from === null) return null;
      return ("output" in from ? outputs[from.output] : inputs[from.input]) as Tensor;
    });
  },
  backward: (call) => run(call, backwardPlan(call)),
};
