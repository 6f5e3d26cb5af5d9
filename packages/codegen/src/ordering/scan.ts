/**
 * Prefix folds. Short lines, and many of them, take an invocation each; a long line takes a workgroup that goes through it in
 * blocks: every invocation folds a run of its own, the totals are folded across the workgroup, and the runs are written.
 */
import { numelOf, type ScanKernel, type ScanLaunch } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { convert } from "../elements/convert.js";
import { read, write } from "../elements/operands.js";
import { isNan } from "../functions/bits.js";
import { logaddexp } from "../functions/logarithm.js";
import { binary } from "../fused/scalars.js";
import type { Variables } from "../ir/builder.js";
import { i32, literal, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { noDispatch, type Plan, single } from "../plan.js";
import { placesOf, typesOf } from "../workgroup.js";
import { type Line, lineOf } from "./lines.js";

const soloLanes = 64;
const teamLanes = 128;
const longLine = 1024;

export function lowerScan({ kernel, x, out, indices }: ScanLaunch): Plan {
  const length = x.shape[kernel.axis] as number;
  const others = x.shape.filter((_, d) => d !== kernel.axis);
  const lines = numelOf(others);
  if (length === 0 || lines === 0) return noDispatch;
  const team = length >= longLine && lines < 512;
  return single(
    dispatchOf({
      key: `scan ${kernelId(kernel)} ${team ? "team" : "solo"}`,
      name: `scan_${kernel.op}`,
      lanes: team ? teamLanes : soloLanes,
      count: lines,
      each: team ? "group" : "invocation",
      uses: [read(x), write(out), ...(indices === null ? [] : [write(indices)])],
      numbers: { length, others },
      write({ k, at: line, operands, numbers: { length, others } }) {
        const [x, out, indices] = operands.map(lineOf(k, line, others, kernel.axis)) as [Line, Line, Line?];
        const placeOf = (step: Value): Value => (kernel.reverse ? length.sub(1).sub(step) : step);
        const nothing = (): Variables =>
          k.variables([literal(out.type, out.type === "bool" ? false : 0), i32(-1)], "running");
        const walk = (start: Value, end: Value, running: Variables, visit = (_: Value): void => {}): void =>
          k.for(start, end, (step) => {
            const place = k.let(placeOf(step), "place");
            const value = k.let(convert(x.load(place), out.type), "x");
            running.set(join(kernel, running.values as Running, [value, place]));
            visit(place);
          });
        const store = (running: Variables) => (at: Value) => {
          const [value, place] = running.values as Running;
          out.store(at, value);
          indices?.store(at, place);
        };

        const own = nothing();
        if (!team) return walk(i32(0), length, own, store(own));
        const run = k.let(length.add(teamLanes - 1).div(teamLanes), "run");
        const start = k.let(k.lane.mul(run).min(length), "start");
        const end = k.let(start.add(run).min(length), "end");
        walk(start, end, own);
        const places = placesOf(k, typesOf(own.values), teamLanes);
        places.set(k.lane, own.values);
        k.barrier();
        const before = nothing();
        k.for(0, k.lane, (lane) =>
          before.set(join(kernel, before.values as Running, places.at(lane) as Running)),
        );
        walk(start, end, before, store(before));
      },
    }),
  );
}

/** The running value and its place; a place of -1 is no element yet. */
type Running = [value: Value, place: Value];

/** `later` comes after `earlier` in scan order. The newer value wins a tie; NaN stays until a newer NaN. */
function join({ op }: ScanKernel, [a, earlier]: Running, [b, later]: Running): Running {
  const only = (both: Value): Running => [
    earlier.lt(0).select(b, later.lt(0).select(a, both)),
    later.lt(0).select(earlier, later),
  ];
  if (op === "sum") return only(a.type === "bool" ? a.or(b) : a.add(b));
  if (op === "prod") return only(a.type === "bool" ? a.and(b) : a.mul(b));
  if (op === "logsumexp") return only(logaddexp(a, b));
  const beyond = op === "max" ? binary.ge(b, a) : binary.le(b, a);
  const wins = a.type === "f32" ? isNan(b).or(isNan(a).not().and(beyond)) : beyond;
  const taken = later.ge(0).and(earlier.lt(0).or(wins));
  return [taken.select(b, a), taken.select(later, earlier)];
}
