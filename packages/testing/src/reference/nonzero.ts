/** Counts the non-zero elements, or lists their coordinates in row-major order. */
import type { LaunchOf } from "@flambeau/core";
import { positions, View } from "./elements.js";

export function nonzero(launch: LaunchOf<"nonzero">): void {
  const x = new View(launch.x);
  const out = new View(launch.out);
  let count = 0;
  for (const at of positions(x.shape)) {
    if (Number(x.get(at)) === 0) continue;
    if (launch.kernel.stage === "fill")
      for (const [d, position] of at.entries()) out.set([count, d], position);
    count++;
  }
  if (launch.kernel.stage === "count")
    out.set(
      out.shape.map(() => 0),
      count,
    );
}
