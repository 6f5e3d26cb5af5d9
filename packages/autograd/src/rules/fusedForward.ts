/** How a fused operation runs when it is recorded: the derivation chosen for it, and what it keeps. */
import { isFloat } from "@flambeau/core";
import {
  type Derived,
  differentiate,
  dtypeOfKind,
  extend,
  type FusedOutput,
  type FusedParams,
  type Node,
  remember,
  shapeAlong,
} from "@flambeau/core/internal";

export interface ForwardPlan {
  /** For all inputs that need a gradient, as if all outputs had cotangents. */
  readonly derived: Derived;
  /** The call with the hidden outputs that the derivation wants. */
  readonly pattern: FusedParams;
  /** What is kept, in the derivation's order; null for a plain number. */
  readonly saves: readonly ({ readonly input: number } | { readonly output: number } | null)[];
}

/** For each program input the tensor it is, or -1 for a plain number. */
export function tensorsOf({ scalars }: FusedParams): number[] {
  let next = 0;
  return scalars.map((scalar) => (scalar === null ? next++ : -1));
}

/** For each program input whether it is a tensor marked in `needs`. */
export const marks = (params: FusedParams, needs: readonly boolean[]): boolean[] =>
  tensorsOf(params).map((at) => at >= 0 && needs[at] === true);

export const floatOutputs = (params: FusedParams): boolean[] =>
  params.outputs.map(({ dtype }) => isFloat(dtype));

function hiddenOutput({ axes, kind }: Node, { sizes, axisOf, widths }: FusedParams): FusedOutput {
  return {
    dtype: dtypeOfKind(kind, widths),
    shape: shapeAlong(axes, sizes, axisOf),
    map: sizes.map((_, d) => d),
  };
}

function makePlan(params: FusedParams, needs: readonly boolean[]): ForwardPlan {
  const derived = differentiate(params.program, marks(params, needs), floatOutputs(params));
  const tensors = tensorsOf(params);
  const hidden = derived.hidden.map((node) => hiddenOutput(node, params));
  return {
    derived,
    pattern: {
      ...params,
      program: hidden.length === 0 ? params.program : extend(params.program, derived),
      outputs: [...params.outputs, ...hidden],
    },
    saves: derived.saved.map(({ from, index }) => {
      if (from === "output") return { output: index };
      const input = tensors[index] as number;
      return input < 0 ? null : { input };
    }),
  };
}

/** The flags as text, to remember things by. */
export function maskOf(flags: readonly boolean[]): string {
  let mask = "";
  for (const flag of flags) mask += flag ? "1" : "0";
  return mask;
}

const plans = new WeakMap<FusedParams, Map<string, ForwardPlan>>();

/** The plan of a pattern when the tensors marked in `needs` need a gradient. */
export function forwardPlan(pattern: FusedParams, needs: readonly boolean[]): ForwardPlan {
  const known = remember(plans, pattern, () => new Map<string, ForwardPlan>());
  return remember(known, maskOf(needs), () => makePlan(pattern, needs));
}
