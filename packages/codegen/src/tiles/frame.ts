/** The part of a product's shader around its loops: parameters, what the workgroup works on, and where results go. */
import type { Parameters, Scope } from "../dispatch.js";
import { type ShaderOperand, unasked, unravel } from "../elements/operands.js";
import type { ShaderBuilder, Variable } from "../ir/builder.js";
import { literal, type Value } from "../ir/value.js";
import type { Product, Scene } from "./product.js";
import { heightOf, type Tile, widthOf } from "./tile.js";
import type { Coordinates } from "./walk.js";

/** What a launch passes for its frame. */
export type FrameNumbers = {
  readonly m: number;
  readonly n: number;
  readonly batch: number;
  readonly tilesM: number;
  readonly tilesN: number;
  /** Phases in all, and those that one part of the depth takes; the same for the inner depth. */
  readonly phases: number;
  readonly phaseSpan: number;
  readonly inner: number;
  readonly innerSpan: number;
  /** Parts that the inner depth is cut into. */
  readonly innerParts: number;
  readonly depth: readonly number[];
  readonly dims: Product["dims"];
};

/** From, and up to but not including. */
export interface Range {
  readonly from: Value;
  readonly to: Value;
}

export interface Frame {
  readonly k: ShaderBuilder;
  readonly tile: Tile;
  readonly sizes: Parameters<FrameNumbers>;
  /** The workgroup's part of the depth, item of the batch, and first row and column. */
  readonly part: Value;
  readonly item: Value;
  readonly top: Value;
  readonly left: Value;
  /** The part's share of the inner depth. */
  readonly range: Range;
  readonly scene: Scene;
  /** Runs `body` for every phase of the part that contributes, with its outer coordinates. */
  readonly eachPhase: (
    active: ((outer: Coordinates) => Value) | undefined,
    body: (outer: Coordinates) => void,
  ) => void;
  /** Inner coordinates of a place in the inner depth. */
  readonly innerAt: (at: Value) => Coordinates;
}

export function openFrame(
  { k, at, numbers: sizes, operands }: Scope<FrameNumbers>,
  product: Product,
  tile: Tile,
): Frame {
  const { depth, dims } = sizes;
  const { batch, tilesM, tilesN } = sizes;
  const [part, item, tileM, tileN] = unravel(k, at, [unasked, batch, tilesM, tilesN]) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const share = (at: Value, span: Value, all: Value): Range => {
    const from = k.let(at.mul(span), "from");
    return { from, to: k.let(from.add(span).min(all), "to") };
  };
  const outer = product.outer(tile);
  const [phasePart, innerPart] = unravel(k, part, [sizes.phases, sizes.innerParts]) as [Value, Value];
  const phases = share(phasePart, sizes.phaseSpan, sizes.phases);
  return {
    k,
    tile,
    sizes,
    part,
    item,
    top: k.let(tileM.mul(heightOf(tile)), "top"),
    left: k.let(tileN.mul(widthOf(tile)), "left"),
    range: share(innerPart, sizes.innerSpan, sizes.inner),
    scene: { k, item, dims, operands, outer },
    innerAt: (at) => unravel(k, at, depth.slice(outer)),
    eachPhase: (active, body) => {
      if (outer === 0) return body([]);
      k.for(phases.from, phases.to, (phase) => {
        const at = unravel(k, phase, depth.slice(0, outer));
        if (active === undefined) body(at);
        else k.if(active(at), () => body(at));
      });
    },
  };
}

/** One variable per element of a register tile, row by row. */
export function accumulators(k: ShaderBuilder, type: Value["type"], { rows, columns }: Tile): Variable[][] {
  const row = (): Variable[] => Array.from({ length: columns }, () => k.variable(literal(type, 0), "sum"));
  return Array.from({ length: rows }, row);
}

/** Adds the products of a column of A and a row of B to the accumulators. */
export function accumulate(sums: readonly (readonly Variable[])[], a: Coordinates, b: Coordinates): void {
  for (const [i, row] of sums.entries())
    for (const [j, sum] of row.entries()) sum.set(sum.value.add((a[i] as Value).mul(b[j] as Value)));
}

/** Takes C(m, n) for the rows and columns that an invocation holds. */
export interface Sink {
  readonly row: (m: Value) => Coordinates;
  readonly column: (n: Value) => Coordinates;
  readonly put: (value: Value, row: Coordinates, column: Coordinates) => void;
}

/** The output, finished; `operands` are those of `resultsOf`. */
export function outputSink(
  product: Product,
  scene: Omit<Scene, "operands">,
  operands: readonly ShaderOperand[],
): Sink {
  const [output, ...read] = operands as [ShaderOperand, ...ShaderOperand[]];
  const { row, column, at, exists } = product.place({ ...scene, operands: [output] });
  return {
    row,
    column,
    put: (value, r, c) => {
      const store = (): void => {
        const place = at(r, c);
        let result = value;
        let next = 0;
        for (const { apply, uses } of product.epilogues) {
          result = apply(result, place, read.slice(next, next + uses.length));
          next += uses.length;
        }
        output.store(output.index(place), result);
      };
      if (exists === undefined) store();
      else scene.k.if(exists(c), store);
    },
  };
}

/** Sums of a part of the depth, for the dispatch that adds the parts up. */
export function partialSink({ k, sizes, part, item }: Frame, partial: ShaderOperand): Sink {
  const { batch, m, n } = sizes;
  const base = k.let(part.mul(batch).add(item).mul(m).mul(n), "partial");
  return {
    row: (at) => [k.let(base.add(at.mul(n)))],
    column: (at) => [at],
    put: (value, [row], [column]) => partial.store((row as Value).add(column as Value), value),
  };
}
