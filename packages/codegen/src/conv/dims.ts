/** A convolution's sizes on their way into a shader: parameters, so that one shader serves every layer of a rank. */
import type { ConvKernel } from "@flambeau/core";
import type { ShaderOperand } from "../elements/operands.js";
import type { Like, Value } from "../ir/value.js";
import type { ConvShape } from "./lower.js";

const scalars = ["batch", "inner", "outer"] as const;
const spatial = ["input", "output", "taps", "stride", "padding", "dilation"] as const;

export type ConvDims = Readonly<Record<(typeof scalars)[number], Value>> &
  Readonly<Record<(typeof spatial)[number], readonly Value[]>>;

export function convDims(shape: ConvShape, { padding, dilation }: ConvKernel): number[] {
  const all = { ...shape, padding, dilation };
  return [...scalars.map((name) => all[name]), ...spatial.flatMap((name) => all[name])];
}

/** The parameters by name, in the order of `convDims`. */
export function nameDims(dims: readonly Value[]): ConvDims {
  const rank = (dims.length - scalars.length) / spatial.length;
  const named: Record<string, unknown> = {};
  for (const [i, name] of scalars.entries()) named[name] = dims[i];
  for (const [i, name] of spatial.entries())
    named[name] = dims.slice(scalars.length + i * rank, scalars.length + (i + 1) * rank);
  return named as ConvDims;
}

/** The values at one spatial axis. */
export const axis = (values: readonly Value[], d: number): Value => values[d] as Value;

/** The element at the first coordinates, the rest being 0. */
export const start = (operand: ShaderOperand, at: readonly Like[]): Value =>
  operand.index(operand.strides.map((_, i) => at[i] ?? 0));
