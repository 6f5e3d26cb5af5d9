/**
 * Elements that are not zero, in row-major order: every workgroup counts those of its stretch, one adds up how many come before
 * each stretch, and the workgroups then write coordinates from there on.
 */
import type { NonzeroLaunch, Operand } from "@flambeau/core";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  type Use,
  unravel,
  type View,
} from "../elements/operands.js";
import { convert } from "../fused/scalars.js";
import { numel } from "../indexing/address.js";
import { ShaderBuilder } from "../ir/builder.js";
import type { Shader } from "../ir/types.js";
import { i32, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type Dispatch, noDispatch, type Plan } from "../plan.js";

const lanes = 128;
const perLane = 8;
const stretch = lanes * perLane;

export function lowerNonzero(launch: NonzeroLaunch): Plan {
  const { kernel, x, out } = launch;
  const total = numel(x.shape);
  if (kernel.stage === "fill" && (total === 0 || numel(out.shape) === 0)) return noDispatch;
  const stretches = Math.ceil(total / stretch);
  const counts: View = { buffer: { scratch: 0 }, dtype: "int32", strides: [1], offset: 0 };
  return {
    dispatches: [
      ...(total > 0 ? [overStretches(launch, "count", counts, x, total)] : []),
      countInto(launch, counts, stretches),
      ...(kernel.stage === "fill" ? [overStretches(launch, "fill", counts, x, total)] : []),
    ],
    scratch: [(stretches + 1) * 4],
  };
}

/** Adds up the counts: each becomes the number before it; `count` launches get the sum. */
function countInto({ kernel, out }: NonzeroLaunch, counts: View, stretches: number): Dispatch {
  const counting = kernel.stage === "count";
  const uses: Use[] = [{ view: counts, as: "write" }];
  if (counting) uses.push({ view: { ...out, strides: [] }, as: "write" });
  const { layout, buffers, params } = bindOperands(uses);
  return {
    key: `nonzero sum ${kernelId(kernel)} ${layout.key}`,
    build: () => {
      const k = new ShaderBuilder("nonzero_sum", 1);
      const total = k.param("stretches");
      const { operands } = declareOperands(k, layout);
      const [each, result] = operands as [ShaderOperand, ShaderOperand];
      const sum = k.variable(i32(0), "sum");
      k.if(k.group.gt(0), () => k.return());
      k.for(0, total, (at) => {
        const count = k.let(each.load(at));
        each.store(at, sum.value);
        sum.set(sum.value.add(count));
      });
      if (counting) result.store(result.offset, convert(sum.value, result.type));
      return k.finish();
    },
    buffers,
    params: [stretches, ...params],
    groups: 1,
  };
}

function overStretches(
  launch: NonzeroLaunch,
  what: "count" | "fill",
  counts: View,
  x: Operand,
  total: number,
): Dispatch {
  const { kernel, out } = launch;
  const uses: Use[] = [
    { view: x, as: "read" },
    { view: counts, as: what === "count" ? "write" : "read" },
  ];
  if (what === "fill") uses.push({ view: out, as: "write" });
  const { layout, buffers, params } = bindOperands(uses);
  return {
    key: `nonzero ${what} ${kernelId(kernel)} ${layout.key}`,
    build: () => build(layout, x.shape.length, what),
    buffers,
    params: [total, ...x.shape, ...params],
    groups: Math.ceil(total / stretch),
  };
}

function build(layout: OperandLayout, rank: number, what: "count" | "fill"): Shader {
  const k = new ShaderBuilder(`nonzero_${what}`, lanes);
  const total = k.param("total");
  const sizes = Array.from({ length: rank }, (_, d) => k.param(`size${d}`));
  const { operands } = declareOperands(k, layout);
  const [x, counts, out] = operands as [ShaderOperand, ShaderOperand, ShaderOperand];
  const start = k.let(k.group.mul(stretch).add(k.lane.mul(perLane)).min(total), "start");
  k.if(k.group.mul(stretch).ge(total), () => k.return());
  const end = k.let(start.add(perLane).min(total), "end");
  const visit = (found: (position: readonly Value[]) => void): void =>
    k.for(start, end, (at) => {
      const position = unravel(k, at, sizes);
      k.if(convert(x.load(x.index(position)), "bool"), () => found(position));
    });

  const own = k.variable(i32(0), "own");
  visit(() => own.set(own.value.add(1)));
  const each = k.shared("i32", lanes, "counts");
  each.set(k.lane, own.value);
  k.barrier();
  const before = k.variable(i32(0), "before");
  k.for(0, what === "count" ? k.lane.eq(0).select(i32(lanes), i32(0)) : k.lane, (lane) =>
    before.set(before.value.add(each.at(lane))),
  );
  if (what === "count") {
    k.if(k.lane.eq(0), () => counts.store(k.group, before.value));
    return k.finish();
  }
  const row = k.variable(counts.load(k.group).add(before.value), "row");
  visit((position) => {
    for (const [d, at] of position.entries())
      out.store(out.index([row.value, i32(d)]), convert(at, out.type));
    row.set(row.value.add(1));
  });
  return k.finish();
}
