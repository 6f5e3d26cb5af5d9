/**
 * Loads along a strided operand, from the outside in: the row or column of C an element belongs to, the outer coordinates of the
 * depth (fixed while a phase lasts), then the inner ones. Each level computes all it can, so that the innermost
 * loop is left with an addition and a load.
 */
import type { ShaderOperand } from "../elements/operands.js";
import type { ShaderBuilder } from "../ir/builder.js";
import { literal, type Value } from "../ir/value.js";
import type { Scene } from "./product.js";

export type Coordinates = readonly Value[];
export type Loader = (line: Value) => (outer: Coordinates) => (inner: Coordinates) => Value;

/** What a coordinate of the depth does to the place that is read. */
export interface Motion {
  /** Elements of memory per step. */
  readonly stride: Value;
  /** Steps for a coordinate: the coordinate itself, unless given. */
  readonly steps?: (coordinate: Value) => Value;
  /** The axis of the operand along which the steps may lead outside. */
  readonly axis?: number;
}

export interface Origin {
  readonly index: Value;
  /** Positions along the axes that have limits. */
  readonly positions?: Coordinates;
}

export interface Walk {
  readonly operand: ShaderOperand;
  readonly origin: (line: Value) => Origin;
  /** One for every coordinate of the depth, outer ones first. */
  readonly motions: readonly Motion[];
  /** Sizes of the axes that positions count along; outside them the operand reads as zero. */
  readonly limits?: Coordinates;
}

interface Place {
  readonly index: Value;
  readonly positions: Coordinates;
}

interface Shift {
  readonly offset: Value | null;
  readonly steps: readonly { readonly axis: number; readonly by: Value }[];
}

/** A loader of a walk; the first `outer` motions belong to the phases. */
export function walker(
  { k, outer }: Pick<Scene, "k" | "outer">,
  { operand, origin, motions, limits = [] }: Walk,
): Loader {
  const moves = [motions.slice(0, outer), motions.slice(outer)] as const;
  const [outerShift, innerShift] = moves.map((part) => shared((at: Coordinates) => shiftOf(k, part, at)));
  const late = new Set(moves[1].flatMap(({ axis }) => (axis === undefined ? [] : [axis])));
  const early = limits.map((_, axis) => axis).filter((axis) => !late.has(axis));
  const within = (positions: Coordinates, axes: Iterable<number>): Value | null => {
    // As unsigned numbers, negative positions are beyond any limit.
    const bounds = [...axes].map((axis) =>
      (positions[axis] as Value).bits("u32").lt((limits[axis] as Value).bits("u32")),
    );
    return bounds.length === 0
      ? null
      : k.let(
          bounds.reduce((all, bound) => all.and(bound)),
          "inside",
        );
  };

  return (line) => {
    const { index, positions = [] } = origin(line);
    const start = { index: k.let(index, "line"), positions: positions.map((at) => k.let(at, "at")) };
    return (outerAt) => {
      const there = outer === 0 ? start : moved(k, start, outerShift!(outerAt));
      const insideAll = within(there.positions, early);
      return (innerAt) => {
        const here = moved(k, there, innerShift!(innerAt));
        const insideHere = within(here.positions, late);
        const inside = insideAll && insideHere ? insideAll.and(insideHere) : (insideAll ?? insideHere);
        if (inside === null) return operand.load(here.index);
        const read = operand.load(inside.select(here.index, operand.offset));
        return inside.select(read, literal(read.type, 0));
      };
    };
  };
}

function shiftOf(k: ShaderBuilder, motions: readonly Motion[], at: Coordinates): Shift {
  const distances: Value[] = [];
  const steps: { axis: number; by: Value }[] = [];
  for (const [i, motion] of motions.entries()) {
    const coordinate = at[i] as Value;
    const by = motion.steps === undefined ? coordinate : k.let(motion.steps(coordinate), "steps");
    distances.push(by.mul(motion.stride));
    if (motion.axis !== undefined) steps.push({ axis: motion.axis, by });
  }
  const offset = distances.length === 0 ? null : distances.reduce((sum, distance) => sum.add(distance));
  return { offset: offset && k.let(offset, "shift"), steps };
}

function moved(k: ShaderBuilder, { index, positions }: Place, { offset, steps }: Shift): Place {
  const next = [...positions];
  for (const { axis, by } of steps) next[axis] = k.let((next[axis] as Value).add(by), "at");
  return { index: offset === null ? index : k.let(index.add(offset), "place"), positions: next };
}

/** Computes once for all lines that are asked about the same coordinates. */
function shared(make: (at: Coordinates) => Shift): (at: Coordinates) => Shift {
  const made = new WeakMap<Coordinates, Shift>();
  return (at) => {
    const shift = made.get(at) ?? make(at);
    made.set(at, shift);
    return shift;
  };
}
