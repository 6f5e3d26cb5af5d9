/**
 * How a register tile leaves its invocation. The variables of a column pass through workgroup memory, where a loop can count
 * through them: so what happens to an element, epilogues included, is printed once per column and not once per element.
 */
import type { Shared } from "../ir/builder.js";
import { i32, type Value } from "../ir/value.js";
import type { Frame, Sink } from "./frame.js";
import { lanesOf, type Tile } from "./tile.js";

/** Elements of workgroup memory that `drain` takes. */
export const drainLength = (tile: Tile): number => (tile.rows === 1 ? 0 : lanesOf(tile) * tile.rows);

/**
 * Hands the accumulators to the sink. Row i of the register tile stands at `m` + i times the lanes along rows; columns
 * likewise. An invocation sees its own part of `memory` only, so that nobody waits.
 */
export function drain(
  frame: Frame,
  sums: readonly (readonly Value[])[],
  at: { readonly m: Value; readonly n: Value },
  sink: Sink,
  memory: Shared | null,
): void {
  const { k, tile, sizes } = frame;
  const lanes = lanesOf(tile);
  const { rows, lanesM } = tile;
  // Counted at run time: compilers would unroll a loop of known length, and print all elements after all.
  const present = k.let(
    sizes.m
      .sub(at.m)
      .add(lanesM - 1)
      .shr(Math.log2(lanesM))
      .min(rows),
    "present",
  );
  for (let j = 0; j < tile.columns; j++) {
    const n = k.let(at.n.add(i32(j * tile.lanesN)), "n");
    const column = sums.map((row) => row[j] as Value);
    k.if(n.lt(sizes.n), () => {
      const columnAt = sink.column(n);
      const put = (m: Value, value: Value): void => sink.put(value, sink.row(m), columnAt);
      if (memory === null) return k.if(at.m.lt(sizes.m), () => put(at.m, column[0] as Value));
      for (const [i, sum] of column.entries()) memory.set(k.lane.add(i32(i * lanes)), sum);
      k.for(0, present, (i) =>
        put(k.let(at.m.add(i.mul(lanesM)), "m"), k.let(memory.at(k.lane.add(i.mul(lanes))), "sum")),
      );
    });
  }
}
