/** Products that read their operands where they lie. Lines past the end read the last line again and are not stored. */
import type { Variable } from "../ir/builder.js";
import type { Value } from "../ir/value.js";
import { placesOf } from "../workgroup.js";
import { drain } from "./drain.js";
import { accumulate, accumulators, type Frame, type Sink } from "./frame.js";
import type { Product } from "./product.js";
import { lanesOf } from "./tile.js";
import type { Coordinates } from "./walk.js";

export function directProduct(frame: Frame, product: Product, sink: Sink): void {
  const { k, tile, sizes, range, top, left } = frame;
  const { lanesM, lanesN, lanesK } = tile;
  // Neighbouring invocations share a row or column and stand beside each other along k, where any do.
  const laneK = k.let(k.lane.and(lanesK - 1), "laneK");
  const across = k.let(k.lane.shr(Math.log2(lanesK)), "across");
  const m = k.let(top.add(across.shr(Math.log2(lanesN))), "m");
  const n = k.let(left.add(across.and(lanesN - 1)), "n");
  const sums = accumulators(k, product.type, tile);
  const { a, b, active } = product.load(frame.scene);
  const line = (first: Value, i: number, lanes: number, size: Value): Value =>
    k.let(first.add(i * lanes).min(size.sub(1)), "line");
  const rows = sums.map((_, i) => a(line(m, i, lanesM, sizes.m)));
  const columns = (sums[0] as Variable[]).map((_, j) => b(line(n, j, lanesN, sizes.n)));
  frame.eachPhase(active, (outer) => {
    const [rowLoads, columnLoads] = [rows.map((row) => row(outer)), columns.map((column) => column(outer))];
    const from = lanesK === 1 ? range.from : range.from.add(laneK);
    k.for(
      from,
      range.to,
      (at) => {
        const inner = frame.innerAt(at);
        const load = (one: (inner: Coordinates) => Value): Value => k.let(one(inner), "x");
        accumulate(sums, rowLoads.map(load), columnLoads.map(load));
      },
      lanesK,
    );
  });
  const found = sums.map((row) => row.map((sum) => sum.value));
  if (lanesK === 1) drain(frame, found, { m, n }, sink);
  else {
    const whole = found.map((row) => row.map((sum) => addUp(frame, sum, laneK)));
    k.if(laneK.eq(0), () => drain(frame, whole, { m, n }, sink));
  }
}

/** The sum over the invocations that share an element; known to the first of them. */
function addUp({ k, tile }: Frame, sum: Value, laneK: Value): Value {
  const held = placesOf(k, [sum.type], lanesOf(tile));
  held.set(k.lane, [sum]);
  held.merge(laneK, tile.lanesK, ([a], [b]) => [(a as Value).add(b as Value)]);
  return held.at(k.lane)[0] as Value;
}
