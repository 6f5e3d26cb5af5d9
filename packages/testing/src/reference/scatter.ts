/** out[coordinates(p)] = reduce(out[coordinates(p)], src[p]), in row-major order of p. */
import type { LaunchOf } from "@flambeau/core";
import { arithmeticOf } from "./arithmetic.js";
import { addressing } from "./coordinates.js";
import { positions, View } from "./elements.js";

export function scatter(launch: LaunchOf<"scatter">): void {
  const { reduce, dtype } = launch.kernel;
  const src = new View(launch.src);
  const out = new View(launch.out);
  const address = addressing(launch.kernel, launch.indices, out.shape);
  const arithmetic = arithmeticOf(dtype);
  for (const at of positions(src.shape)) {
    const to = address(at);
    const value = src.get(at);
    out.set(to, reduce === "set" ? value : arithmetic[reduce](out.get(to), value));
  }
}
