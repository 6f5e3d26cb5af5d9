/** How the gradient of a fused operation is computed from the cotangents there are and the values that were kept. */
import { AutogradError } from "@flambeau/core";
import {
  type Derived,
  differentiate,
  extend,
  type FusedOutput,
  type FusedParams,
  type Node,
  patternOf,
  remember,
  sameShape,
} from "@flambeau/core/internal";
import type { TensorMeta } from "../meta.js";
import { type ForwardPlan, floatOutputs, forwardPlan, marks, maskOf, tensorsOf } from "./fusedForward.js";
import type { BackwardCall } from "./rule.js";

type Source = { readonly saved: number } | { readonly cotangent: number };

interface Kernel {
  readonly pattern: FusedParams;
  /** The kernel's tensors, in order. */
  readonly tensors: readonly Source[];
  /** By input of the program: which number of the operation it is, or null for a tensor. */
  readonly scalars: readonly (number | null)[];
  /** By output: the tensor whose gradient it is. */
  readonly wanted: readonly number[];
}

export interface BackwardPlan {
  readonly needs: readonly boolean[];
  /** By tensor: the cotangent that is its gradient as it stands, as for both operands of a sum; else -1. */
  readonly passed: readonly number[];
  /** What computes the other gradients; null where there are none. */
  readonly run: Kernel | null;
}

interface Derivation {
  readonly derived: Derived;
  /** Which tensors' gradients it gives. */
  readonly wrt: readonly boolean[];
  /** Which outputs' cotangents it takes. */
  readonly present: readonly boolean[];
  /** By value it reads: the place among those kept, or the operation's number it is. */
  readonly saved: readonly ({ readonly saved: number } | { readonly scalar: number })[];
}

/** Where the values a derivation reads lie among those kept; null if one was not kept. */
function locate(
  derived: Derived,
  kept: Derived,
  own: number,
  params: FusedParams,
): Derivation["saved"] | null {
  const found: Derivation["saved"][number][] = [];
  for (const { from, index } of derived.saved) {
    if (from === "input" && params.scalars[index] !== null) {
      found.push({ scalar: index });
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
    found.push({ saved: at });
  }
  return found;
}

/**
 * The derivation for exactly the gradients asked for and the cotangents there are, if it reads only what was kept; else the one
 * chosen when the operation ran, with zeros for absent cotangents, since that surely does.
 */
function derivation(
  call: BackwardCall<"fused">,
  params: FusedParams,
  kept: Derived,
  needs: readonly boolean[],
) {
  const { cotangents } = call;
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
    if (saved !== null) return { derived, wrt, present, saved } satisfies Derivation;
  }
  throw new AutogradError(
    params.program.name,
    "a gradient of its gradient reads values that its forward did not keep; split the function into two",
  );
}

const indicesOf = (flags: readonly boolean[]): number[] => flags.flatMap((flag, i) => (flag ? [i] : []));

/** Tensors whose gradient is a cotangent as it stands: no kernel is needed for them. */
function passedOn(call: BackwardCall<"fused">, params: FusedParams, { derived, wrt, present }: Derivation) {
  const cotangents = indicesOf(present);
  const passed = call.inputs.map(() => -1);
  let at = 0;
  for (const tensor of tensorsOf(params)) {
    if (tensor < 0 || !wrt[tensor]) continue;
    const { node, axes } = derived.program.outputs[at++] as Derived["program"]["outputs"][number];
    if (node.op !== "input" || node.axes !== axes) continue;
    const cotangent = cotangents[(node.p as number) - derived.saved.length];
    if (cotangent === undefined || call.cotangents[cotangent] == null) continue;
    const g = call.outputs[cotangent] as TensorMeta;
    const x = call.inputs[tensor] as TensorMeta;
    if (g.dtype === x.dtype && sameShape(g.shape, x.shape)) passed[tensor] = cotangent;
  }
  return passed;
}

function kernelOf(call: BackwardCall<"fused">, params: FusedParams, plan: Derivation): Kernel {
  const { derived, wrt, present, saved } = plan;
  const tensors: Source[] = [];
  const maps: FusedParams["maps"][number][] = [];
  const scalars: (number | null)[] = [];
  const inputs = tensorsOf(params);
  const everyDim = params.sizes.map((_, d) => d);
  const outputMap = (index: number): readonly number[] => params.outputs[index]?.map ?? everyDim;
  derived.saved.forEach(({ from, index }, i) => {
    const place = saved[i] as Derivation["saved"][number];
    scalars.push("scalar" in place ? place.scalar : null);
    if ("scalar" in place) return;
    tensors.push(place);
    maps.push(
      from === "input" ? (params.maps[inputs[index] as number] as readonly number[]) : outputMap(index),
    );
  });
  for (const cotangent of indicesOf(present)) {
    scalars.push(null);
    tensors.push({ cotangent });
    maps.push(outputMap(cotangent));
  }
  const wanted = inputs.filter((tensor) => tensor >= 0 && wrt[tensor]);
  const outputs = wanted.map((tensor): FusedOutput => {
    const x = call.inputs[tensor] as TensorMeta;
    return { dtype: x.dtype, shape: x.shape, map: params.maps[tensor] as readonly number[] };
  });
  const wide = params.widths.f === "float64" || outputs.some(({ dtype }) => dtype === "float64");
  const pattern: FusedParams = {
    program: derived.program,
    sizes: params.sizes,
    axisOf: params.axisOf,
    // Which of the inputs are numbers is all that a pattern tells of them.
    scalars: scalars.map((at) => (at === null ? null : 0)),
    maps,
    outputs,
    widths: { f: wide ? "float64" : "float32", i: params.widths.i },
  };
  return { pattern, tensors, scalars, wanted };
}

function makePlan(call: BackwardCall<"fused">, params: FusedParams, forward: ForwardPlan): BackwardPlan {
  const { needs } = call;
  const first = derivation(call, params, forward.derived, needs);
  const passed = passedOn(call, params, first);
  const rest = needs.map((needed, i) => needed && passed[i] === -1);
  if (!rest.some(Boolean)) return { needs, passed, run: null };
  const partly = passed.some((cotangent) => cotangent >= 0);
  const second = partly ? derivation(call, params, forward.derived, rest) : first;
  return { needs, passed, run: kernelOf(call, params, second) };
}

const plans = new WeakMap<ForwardPlan, Map<string, BackwardPlan>>();

/** The plan for the gradients asked for and the cotangents there are; made once for each such combination. */
export function backwardPlan(call: BackwardCall<"fused">): BackwardPlan {
  const pattern = patternOf(call.params);
  const forward = forwardPlan(pattern, call.recorded);
  const known = remember(plans, forward, () => new Map<string, BackwardPlan>());
  const key = `${maskOf(call.needs)}/${maskOf(call.cotangents.map((cotangent) => cotangent !== null))}`;
  return remember(known, key, () => makePlan(call, pattern, forward));
}
