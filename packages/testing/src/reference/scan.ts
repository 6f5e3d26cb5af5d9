/** Inclusive prefix folds along one axis. */
import type { LaunchOf, ScanKernel } from "@flambeau/core";
import type { Arithmetic } from "./arithmetic.js";
import { arithmeticOf, convert } from "./arithmetic.js";
import type { Element } from "./elements.js";
import { positions, View } from "./elements.js";

type Fold = (a: Element, b: Element) => Element;

const folds: { readonly [K in ScanKernel["op"]]: (arithmetic: Arithmetic) => Fold } = {
  sum: (arithmetic) => arithmetic.add,
  prod: (arithmetic) => arithmetic.mul,
  max: () => (a, b) => (takes(b, a, b >= a) ? b : a),
  min: () => (a, b) => (takes(b, a, b <= a) ? b : a),
  logsumexp: () => (a, b) => logAddExp(Number(a), Number(b)),
};

/** The newer value wins a tie; NaN beats every number and is beaten only by a newer NaN. */
const takes = (value: Element, best: Element, wins: boolean): boolean =>
  Number.isNaN(value) || (!Number.isNaN(best) && wins);

function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b);
  if (Number.isNaN(high) || !Number.isFinite(high)) return high;
  return high + Math.log1p(Math.exp(-Math.abs(a - b)));
}

export function scan(launch: LaunchOf<"scan">): void {
  const { op, axis, reverse } = launch.kernel;
  const x = new View(launch.x);
  const out = new View(launch.out);
  const indices = launch.indices && new View(launch.indices);
  const fold = folds[op](arithmeticOf(out.dtype));
  const length = x.shape[axis]!;
  if (length === 0) return;

  for (const start of positions(x.shape.with(axis, 1))) {
    let running: Element | null = null;
    let found = 0;
    for (let step = 0; step < length; step++) {
      const i = reverse ? length - 1 - step : step;
      const at = start.with(axis, i);
      const value = convert(x.get(at), out.dtype);
      if (running === null || takes(value, running, op === "min" ? value <= running : value >= running))
        found = i;
      running = running === null ? value : fold(running, value);
      out.set(at, running);
      indices?.set(at, found);
    }
  }
}
