/** Stable sort along the last dimension; NaN counts as the greatest value. */
import type { LaunchOf } from "@flambeau/core";
import type { Element } from "./elements.js";
import { positions, View } from "./elements.js";

export function sort(launch: LaunchOf<"sort">): void {
  const { descending, k } = launch.kernel;
  const x = new View(launch.x);
  const values = new View(launch.values);
  const indices = new View(launch.indices);
  const length = x.shape.at(-1)!;
  for (const row of positions(x.shape.slice(0, -1))) {
    const items = Array.from({ length }, (_, index) => ({ index, value: x.get([...row, index]) }));
    items.sort((a, b) => (descending ? compare(b.value, a.value) : compare(a.value, b.value)));
    items.slice(0, k ?? length).forEach((item, i) => {
      values.set([...row, i], item.value);
      indices.set([...row, i], item.index);
    });
  }
}

function compare(a: Element, b: Element): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
