/**
 * Prefix folds. Short lines, and many of them, take an invocation each; a long line takes a workgroup that goes through it in
 * blocks: every invocation folds a run of its own, the totals are folded across the workgroup, and the runs are written.
 */
import type { ScanKernel, ScanLaunch } from "@flambeau/core";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  type Use,
} from "../elements/operands.js";
import { isNan } from "../functions/bits.js";
import { logaddexp } from "../functions/logarithm.js";
import { convert } from "../fused/scalars.js";
import { numel } from "../indexing/address.js";
import { ShaderBuilder, type Variable } from "../ir/builder.js";
import type { Shader, Type } from "../ir/types.js";
import { i32, invoke, literal, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { noDispatch, type Plan, single } from "../plan.js";
import { lineOf } from "./lines.js";

const soloLanes = 64;
const teamLanes = 128;
const longLine = 1024;

export function lowerScan(launch: ScanLaunch): Plan {
  const { kernel, x, out, indices } = launch;
  const length = x.shape[kernel.axis] as number;
  const others = x.shape.filter((_, d) => d !== kernel.axis);
  const lines = numel(others);
  if (length === 0 || lines === 0) return noDispatch;
  const uses: Use[] = [
    { view: x, as: "read" },
    { view: out, as: "write" },
  ]; // prettier-ignore
  if (indices !== null) uses.push({ view: indices, as: "write" });
  const { layout, buffers, params } = bindOperands(uses);
  const shared = length >= longLine && lines < 512;
  return single({
    key: `scan ${kernelId(kernel)} ${shared ? "team" : "solo"} ${layout.key}`,
    build: () => build(kernel, layout, x.shape.length, indices !== null, shared),
    buffers,
    params: [lines, length, ...others, ...params],
    groups: shared ? lines : Math.ceil(lines / soloLanes),
  });
}

/** The running value and its place; a place of -1 is no element yet. */
interface Running {
  readonly value: Value;
  readonly place: Value;
}

/** `later` comes after `earlier` in scan order. The newer value wins a tie; NaN stays until a newer NaN. */
function join({ op }: ScanKernel, earlier: Running, later: Running): Running {
  const [a, b] = [earlier.value, later.value];
  const only = (both: Value): Running => ({
    value: earlier.place.lt(0).select(b, later.place.lt(0).select(a, both)),
    place: later.place.lt(0).select(earlier.place, later.place),
  });
  if (op === "sum") return only(a.type === "bool" ? a.or(b) : a.add(b));
  if (op === "prod") return only(a.type === "bool" ? a.and(b) : a.mul(b));
  if (op === "logsumexp") return only(invoke(logaddexp, a, b));
  const [p, q] = a.type === "bool" ? [a.to("i32"), b.to("i32")] : [a, b];
  const beyond = op === "max" ? q.ge(p) : q.le(p);
  const wins = a.type === "f32" ? isNan(b).or(isNan(a).not().and(beyond)) : beyond;
  const taken = later.place.ge(0).and(earlier.place.lt(0).or(wins));
  return { value: taken.select(b, a), place: taken.select(later.place, earlier.place) };
}

function build(
  kernel: ScanKernel,
  layout: OperandLayout,
  rank: number,
  withIndices: boolean,
  team: boolean,
): Shader {
  const k = new ShaderBuilder(`scan_${kernel.op}`, team ? teamLanes : soloLanes);
  const lines = k.param("lines");
  const length = k.param("length");
  const others = Array.from({ length: rank - 1 }, (_, d) => k.param(`size${d}`));
  const { operands } = declareOperands(k, layout);
  const [x, out] = operands as [ShaderOperand, ShaderOperand];
  const indices = withIndices ? (operands[2] as ShaderOperand) : null;
  const line = k.let(team ? k.group : k.invocation, "line");
  k.if(line.ge(lines), () => k.return());
  const along = lineOf(k, line, others, kernel.axis);
  const [from, to, places] = [along(x), along(out), indices === null ? null : along(indices)];
  const type: Type = out.type;

  const placeOf = (step: Value): Value => (kernel.reverse ? length.sub(1).sub(step) : step);
  const element = (step: Value): Running => {
    const place = k.let(placeOf(step), "place");
    return { value: k.let(convert(x.load(from.at(place)), type), "x"), place };
  };
  const empty = (): Running => ({ value: literal(type, type === "bool" ? false : 0), place: i32(-1) });
  const keep = (start: Running): { value: Variable; place: Variable } => ({
    value: k.variable(start.value, "running"),
    place: k.variable(start.place, "place"),
  });
  const now = (kept: ReturnType<typeof keep>): Running => ({
    value: kept.value.value,
    place: kept.place.value,
  });
  const update = (kept: ReturnType<typeof keep>, next: Running): void => {
    const [value, place] = [k.let(next.value), k.let(next.place)];
    kept.value.set(value);
    kept.place.set(place);
  };
  const write = (step: Value, { value, place }: Running): void => {
    const at = k.let(placeOf(step), "at");
    out.store(to.at(at), value);
    if (indices !== null && places !== null) indices.store(places.at(at), convert(place, indices.type));
  };
  const walk = (
    start: Value,
    end: Value,
    kept: ReturnType<typeof keep>,
    visit: (step: Value) => void,
  ): void =>
    k.for(start, end, (step) => {
      update(kept, join(kernel, now(kept), element(step)));
      visit(step);
    });

  if (!team) {
    const kept = keep(empty());
    walk(i32(0), length, kept, (step) => write(step, now(kept)));
    return k.finish();
  }
  const run = k.let(length.add(teamLanes - 1).div(teamLanes), "run");
  const start = k.let(k.lane.mul(run).min(length), "start");
  const end = k.let(start.add(run).min(length), "end");
  const own = keep(empty());
  walk(start, end, own, () => {});
  const [values, taken] = [k.shared(type, teamLanes), k.shared("i32", teamLanes)];
  values.set(k.lane, own.value.value);
  taken.set(k.lane, own.place.value);
  k.barrier();
  const before = keep(empty());
  k.for(0, k.lane, (lane) => {
    const value = k.let(values.at(lane));
    update(before, join(kernel, now(before), { value, place: k.let(taken.at(lane)) }));
  });
  walk(start, end, before, (step) => write(step, now(before)));
  return k.finish();
}
