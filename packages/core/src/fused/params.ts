/** The parameters of the `fused` primitive: a program and how tensors lie on its launch dimensions. */
import type { DType } from "../dtype.js";
import type { Axes, Program, Widths } from "../program/types.js";

/** For each dimension of a tensor the launch dimension it lies on. */
export type DimMap = readonly number[];

export interface FusedOutput {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly map: DimMap;
}

export interface FusedParams {
  readonly program: Program;
  /** Extent of each launch dimension, outermost first. */
  readonly sizes: readonly number[];
  /** Logical axis of each launch dimension; -1 for one of size 1 that belongs to none. */
  readonly axisOf: readonly number[];
  /** One per program input: a number where the input is a scalar, null where it is the next tensor. */
  readonly scalars: readonly (number | bigint | null)[];
  /** One per tensor input. */
  readonly maps: readonly DimMap[];
  /** One per program output. */
  readonly outputs: readonly FusedOutput[];
  readonly widths: Widths;
  /** Parameters that differ from these in their numbers alone; absent where these are the first of their pattern. */
  readonly pattern?: FusedParams;
}

/** One object for all parameters of a pattern: what follows from them, whatever their numbers, is remembered by it. */
export const patternOf = (params: FusedParams): FusedParams => params.pattern ?? params;

/** The parameters of a pattern with these numbers. Written out, since a spread takes ten times as long. */
export function withScalars(pattern: FusedParams, scalars: FusedParams["scalars"]): FusedParams {
  if (scalars.every((scalar, i) => Object.is(scalar, pattern.scalars[i]))) return pattern;
  const { program, sizes, axisOf, maps, outputs, widths } = pattern;
  return { program, sizes, axisOf, scalars, maps, outputs, widths, pattern };
}

/** The sizes of a tensor that varies along `axes` only: 1 everywhere else, all launch dimensions present. */
export function shapeAlong(axes: Axes, sizes: readonly number[], axisOf: readonly number[]): number[] {
  return sizes.map((size, d) => {
    const axis = axisOf[d] as number;
    return axis >= 0 && axes & (1 << axis) ? size : 1;
  });
}

/** The number of elements along `axes`. */
export function extentOf(axes: Axes, sizes: readonly number[], axisOf: readonly number[]): number {
  return shapeAlong(axes, sizes, axisOf).reduce((n, size) => n * size, 1);
}
