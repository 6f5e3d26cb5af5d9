/**
 * How a register tile leaves its invocation: a loop over its rows picks each from the variables, so that what happens to an
 * element, its bias included, is printed once per column and not once per element.
 */
import type { Value } from "../ir/value.js";
import type { Frame, Sink } from "./frame.js";

/**
 * Hands the accumulators to the sink. Row i of the register tile stands at `m` + i times the lanes along rows; columns
 * likewise.
 */
export function drain(
  { k, tile, sizes }: Frame,
  sums: readonly (readonly Value[])[],
  at: { readonly m: Value; readonly n: Value },
  sink: Sink,
): void {
  const { rows, columns, lanesM, lanesN } = tile;
  const across = Array.from({ length: columns }, (_, j) => {
    const n = k.let(at.n.add(j * lanesN), "n");
    return { present: k.let(n.lt(sizes.n), "present"), coordinates: sink.column(n) };
  });
  const put = (m: Value, row: readonly Value[]): void => {
    const coordinates = sink.row(m);
    for (const [j, { present, coordinates: column }] of across.entries())
      k.if(present, () => sink.put(row[j] as Value, coordinates, column));
  };
  if (rows === 1) {
    k.if(at.m.lt(sizes.m), () => put(at.m, sums[0] as readonly Value[]));
    return;
  }
  // Counted at run time: compilers would unroll a loop of known length, and print all elements after all.
  const present = sizes.m
    .sub(at.m)
    .add(lanesM - 1)
    .shr(Math.log2(lanesM))
    .min(rows);
  k.for(0, k.let(present, "present"), (i) => {
    const bits = Array.from({ length: Math.log2(rows) }, (_, bit) => k.let(i.and(1 << bit).ne(0), "bit"));
    const row = across.map((_, j) =>
      pick(
        bits,
        sums.map((values) => values[j] as Value),
      ),
    );
    put(
      k.let(at.m.add(i.mul(lanesM)), "m"),
      row.map((value) => k.let(value, "sum")),
    );
  });
}

/** The value whose number has these bits, the lowest first. */
function pick(bits: readonly Value[], values: readonly Value[]): Value {
  const highest = bits.at(-1);
  if (highest === undefined) return values[0] as Value;
  const [rest, half] = [bits.slice(0, -1), values.length / 2];
  return highest.select(pick(rest, values.slice(half)), pick(rest, values.slice(0, half)));
}
