/** out[p] = x[coordinates(p)]. */
import type { LaunchOf } from "@flambeau/core";
import { addressing } from "./coordinates.js";
import { positions, View } from "./elements.js";

export function gather(launch: LaunchOf<"gather">): void {
  const x = new View(launch.x);
  const out = new View(launch.out);
  const address = addressing(launch.kernel, launch.indices, x.shape);
  for (const at of positions(out.shape)) out.set(at, x.get(address(at)));
}
