/**
 * The gradient of any fused program: another fused program, derived from it. The forward runs with what the derivation
 * wants kept as further, hidden outputs of the same node.
 */
import { AutogradError, type DType, isFloat, type Tensor } from "@flambeau/core";
import {
  apply,
  type Derived,
  differentiate,
  extend,
  type FusedOutput,
  type FusedParams,
  type Kind,
  type Node,
  sameShape,
  shapeAlong,
  type Widths,
} from "@flambeau/core/internal";
import type { Gradients } from "../node.js";
import { zerosOf } from "./ops.js";
import type { BackwardCall, Rule } from "./rule.js";

/** For each program input the tensor it is, or -1 for a plain number. */
function tensorOf(params: FusedParams): number[] {
  let next = 0;
  return params.scalars.map((scalar) => (scalar === null ? next++ : -1));
}

const marks = (params: FusedParams, needs: readonly boolean[]): boolean[] =>
  tensorOf(params).map((at) => at >= 0 && needs[at] === true);

const floatOutputs = (params: FusedParams): boolean[] => params.outputs.map(({ dtype }) => isFloat(dtype));

/** The derivation chosen when the operation ran: for all inputs that needed a gradient, as if all outputs had cotangents. */
const chosen = (params: FusedParams, recorded: readonly boolean[]): Derived =>
  differentiate(params.program, marks(params, recorded), floatOutputs(params));

const dtypeOfKind = (kind: Kind, widths: Widths): DType =>
  kind === "f" ? widths.f : kind === "i" ? widths.i : "bool";

function hiddenOutput({ axes, kind }: Node, { sizes, axisOf, widths }: FusedParams): FusedOutput {
  return {
    dtype: dtypeOfKind(kind, widths),
    shape: shapeAlong(axes, sizes, axisOf),
    map: sizes.map((_, d) => d),
  };
}

/** A call with the hidden outputs that `derived` wants. */
const extendedParams = (params: FusedParams, derived: Derived): FusedParams =>
  derived.hidden.length === 0
    ? params
    : {
        ...params,
        program: extend(params.program, derived),
        outputs: [...params.outputs, ...derived.hidden.map((node) => hiddenOutput(node, params))],
      };

/** Where the values a derivation reads lie among those saved; null if one was not kept. */
function locate(
  derived: Derived,
  kept: Derived,
  own: number,
  params: FusedParams,
): (number | "scalar")[] | null {
  const found: (number | "scalar")[] = [];
  for (const { from, index } of derived.saved) {
    if (from === "input" && params.scalars[index] !== null) {
      found.push("scalar");
      continue;
    }
    let output = index;
    if (from === "output" && index >= own) {
      const at = kept.hidden.indexOf(derived.hidden[index - own] as Node);
      if (at < 0) return null;
      output = params.outputs.length + at;
    }
    const at = kept.saved.findIndex((saved) => saved.from === from && saved.index === output);
    if (at < 0) return null;
    found.push(at);
  }
  return found;
}

interface Plan {
  readonly derived: Derived;
  /** Which inputs' gradients it gives. */
  readonly wrt: readonly boolean[];
  /** Which outputs' cotangents the derivation takes. */
  readonly present: readonly boolean[];
  readonly saved: readonly (number | "scalar")[];
}

/**
 * The derivation for exactly the gradients asked for and the cotangents there are, if it reads only what was kept; else the one
 * chosen when the operation ran, with zeros for absent cotangents, since that surely does.
 */
function plan(call: BackwardCall<"fused">, kept: Derived, needs: readonly boolean[]): Plan {
  const { params, cotangents } = call;
  const hidden = cotangents.slice(params.outputs.length).some((g) => g !== null);
  const program = hidden ? extend(params.program, kept) : params.program;
  const own = program.outputs.length;
  const exact = program.outputs.map((_, i) => cotangents[i] != null);
  const all = program.outputs.map(({ node }, i) =>
    i < params.outputs.length ? floatOutputs(params)[i] === true : node.kind === "f",
  );
  for (const [wrt, present] of [
    [needs, exact],
    [needs, all],
    [call.recorded, exact],
    [call.recorded, all],
  ] as const) {
    const derived = differentiate(program, marks(params, wrt), present);
    const saved = locate(derived, kept, own, params);
    if (saved !== null) return { derived, wrt, present, saved };
  }
  throw new AutogradError(
    params.program.name,
    "a gradient of its gradient reads values that its forward did not keep; split the function into two",
  );
}

/** Inputs whose gradient is a cotangent as it stands, as for both operands of a sum: no kernel is needed for them. */
function passedOn(call: BackwardCall<"fused">, { derived, wrt, present }: Plan): (Tensor | null)[] {
  const cotangents = call.cotangents.filter((_, i) => present[i]);
  const inputs = tensorOf(call.params);
  const results: (Tensor | null)[] = call.inputs.map(() => null);
  let at = 0;
  inputs.forEach((tensor) => {
    if (tensor < 0 || !wrt[tensor]) return;
    const { node, axes } = derived.program.outputs[at++] as Derived["program"]["outputs"][number];
    if (node.op !== "input" || node.axes !== axes) return;
    const g = cotangents[(node.p as number) - derived.saved.length];
    const x = call.inputs[tensor];
    if (g != null && x !== undefined && g.dtype === x.dtype && sameShape(g.shape, x.shape))
      results[tensor] = g;
  });
  return results;
}

function run(call: BackwardCall<"fused">, { derived, wrt, present, saved }: Plan): (Tensor | null)[] {
  const { params } = call;
  const tensors: Tensor[] = [];
  const maps: FusedParams["maps"][number][] = [];
  const scalars: (number | bigint | null)[] = [];
  const inputs = tensorOf(params);
  const identity = params.sizes.map((_, d) => d);
  const outputMap = (index: number): readonly number[] => params.outputs[index]?.map ?? identity;
  derived.saved.forEach(({ from, index }, i) => {
    const place = saved[i] as number | "scalar";
    if (place === "scalar") {
      scalars.push(params.scalars[index] as number | bigint);
      return;
    }
    scalars.push(null);
    tensors.push(call.saved[place] as Tensor);
    maps.push(
      from === "input" ? (params.maps[inputs[index] as number] as readonly number[]) : outputMap(index),
    );
  });
  present.forEach((isPresent, i) => {
    if (!isPresent) return;
    scalars.push(null);
    tensors.push(call.cotangents[i] ?? zerosOf(call.outputs[i] as (typeof call.outputs)[number]));
    maps.push(outputMap(i));
  });
  const wanted = inputs.filter((tensor) => tensor >= 0 && wrt[tensor]);
  const outputs = wanted.map((tensor): FusedOutput => {
    const x = call.inputs[tensor] as (typeof call.inputs)[number];
    return { dtype: x.dtype, shape: x.shape, map: params.maps[tensor] as readonly number[] };
  });
  const wide = params.widths.f === "float64" || outputs.some(({ dtype }) => dtype === "float64");
  const made = apply("fused", tensors, {
    program: derived.program,
    sizes: params.sizes,
    axisOf: params.axisOf,
    scalars,
    maps,
    outputs,
    widths: { f: wide ? "float64" : "float32", i: params.widths.i },
  });
  const results: (Tensor | null)[] = call.inputs.map(() => null);
  wanted.forEach((tensor, i) => {
    results[tensor] = made[i] as Tensor;
  });
  return results;
}

function backward(call: BackwardCall<"fused">): Gradients {
  const kept = chosen(call.params, call.recorded);
  const first = plan(call, kept, call.needs);
  const passed = passedOn(call, first);
  const rest = call.needs.map((needed, i) => needed && passed[i] === null);
  if (!rest.some(Boolean)) return passed;
  const second = passed.some((g) => g !== null) ? plan(call, kept, rest) : first;
  const computed = run(call, second);
  return call.needs.map((needed, i) => (needed ? (passed[i] ?? computed[i] ?? null) : null));
}

export const fused: Rule<"fused"> = {
  name: ({ program }) => program.name,
  forward: (inputs, params, needs, next) =>
    next("fused", inputs, extendedParams(params, chosen(params, needs))),
  visible: ({ outputs }) => outputs.length,
  saves: ({ inputs, outputs, params, needs }) => {
    const tensors = tensorOf(params);
    return chosen(params, needs).saved.map(({ from, index }) => {
      if (from === "output") return outputs[index] as Tensor;
      const at = tensors[index] as number;
      return at < 0 ? null : (inputs[at] as Tensor);
    });
  },
  backward,
};
