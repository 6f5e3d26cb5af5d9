/** What convolutions and transposed convolutions share. */
import { ArgumentError, formatShape, ShapeError, type Tensor } from "@flambeau/core";
import * as init from "../../init.js";
import type { Parameter } from "../../parameter.js";
import { checkIntegers } from "../checks.js";

export type Sizes = number | readonly number[];
export type Dimensions = 1 | 2 | 3;

/** `inChannels` is 0 while a layer waits for its first input. */
export function checkChannels(name: string, inChannels: number, outChannels: number, groups: number): void {
  checkIntegers(name, { groups, outChannels });
  checkIntegers(name, { inChannels }, 0);
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ArgumentError(
      name,
      `expected channels that divide by groups ${groups}, got ${inChannels} in and ${outChannels} out`,
    );
  }
}

/** The channels of [N, C, …] or [C, …]; throws ShapeError for other ranks. */
export function channelsOf(name: string, x: Tensor, dimensions: Dimensions): number {
  if (x.ndim !== dimensions + 1 && x.ndim !== dimensions + 2)
    throw new ShapeError(
      name,
      `expected an input of rank ${dimensions + 1} or ${dimensions + 2}, got shape ${formatShape(x.shape)}`,
    );
  return x.shape[x.ndim - dimensions - 1] as number;
}

/** Weight and bias start uniform in ±1/√fanIn, as in PyTorch. */
export function initialise(weight: Parameter, bias: Parameter | null): void {
  init.kaimingUniform_(weight, Math.sqrt(5));
  const { fanIn } = init.calculateFanInAndFanOut(weight);
  if (bias !== null && fanIn > 0) init.uniform_(bias, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
}

interface Geometry {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | string;
  readonly outputPadding?: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly bias: Parameter | null;
  readonly paddingMode?: string;
}

/** A layer's geometry as PyTorch prints it: what differs from the default. */
export function describeConv(layer: Geometry): string {
  const list = (values: readonly number[] | string): string =>
    typeof values === "string" ? values : `${formatShape(values)}`;
  const differs = (values: readonly number[] | string, usual: number): boolean =>
    typeof values === "string" || values.some((n) => n !== usual);
  const shown = [
    `${layer.inChannels}, ${layer.outChannels}`,
    `kernelSize=${list(layer.kernelSize)}`,
    `stride=${list(layer.stride)}`,
  ];
  if (differs(layer.padding, 0)) shown.push(`padding=${list(layer.padding)}`);
  if (layer.outputPadding !== undefined && differs(layer.outputPadding, 0))
    shown.push(`outputPadding=${list(layer.outputPadding)}`);
  if (differs(layer.dilation, 1)) shown.push(`dilation=${list(layer.dilation)}`);
  if (layer.groups !== 1) shown.push(`groups=${layer.groups}`);
  if (layer.bias === null) shown.push("bias=false");
  if (layer.paddingMode !== undefined && layer.paddingMode !== "zeros")
    shown.push(`paddingMode=${layer.paddingMode}`);
  return shown.join(", ");
}
