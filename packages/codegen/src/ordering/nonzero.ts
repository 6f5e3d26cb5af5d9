/**
 * Elements that are not zero, in row-major order: every workgroup counts those of its stretch, one adds up how many come before
 * each stretch, and the workgroups then write coordinates from there on.
 */
import { type NonzeroLaunch, numelOf } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { convert } from "../elements/convert.js";
import { read, type ShaderOperand, scratchView, unravel, write } from "../elements/operands.js";

import { i32, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type Dispatch, noDispatch, type Plan } from "../plan.js";

const lanes = 128;
const perLane = 8;
const stretch = lanes * perLane;
const counts = scratchView(0, "int32", [1]);

export function lowerNonzero(launch: NonzeroLaunch): Plan {
  const { kernel, x, out } = launch;
  const total = numelOf(x.shape);
  const filling = kernel.stage === "fill";
  if (filling && (total === 0 || numelOf(out.shape) === 0)) return noDispatch;
  const stretches = Math.ceil(total / stretch);
  return {
    dispatches: [
      ...(total > 0 ? [overStretches(launch, "count", total, stretches)] : []),
      addUp(launch, stretches),
      ...(filling ? [overStretches(launch, "fill", total, stretches)] : []),
    ],
    scratch: [(stretches + 1) * 4],
  };
}

/** Adds up the counts: each becomes the number before it; `count` launches get the sum. */
function addUp({ kernel, out }: NonzeroLaunch, stretches: number): Dispatch {
  const counting = kernel.stage === "count";
  return dispatchOf({
    key: `nonzero sum ${kernelId(kernel)}`,
    name: "nonzero_sum",
    lanes: 1,
    count: 1,
    each: "group",
    uses: [write(counts), ...(counting ? [write({ ...out, strides: [] })] : [])],
    numbers: { stretches },
    write({ k, operands, numbers }) {
      const [each, result] = operands as [ShaderOperand, ShaderOperand];
      const sum = k.variable(i32(0), "sum");
      k.for(0, numbers.stretches, (at) => {
        const count = k.let(each.load(at));
        each.store(at, sum.value);
        sum.set(sum.value.add(count));
      });
      if (counting) result.store(result.offset, sum.value);
    },
  });
}

function overStretches(
  { kernel, x, out }: NonzeroLaunch,
  what: "count" | "fill",
  total: number,
  stretches: number,
): Dispatch {
  const counting = what === "count";
  return dispatchOf({
    key: `nonzero ${what} ${kernelId(kernel)}`,
    name: `nonzero_${what}`,
    lanes,
    count: stretches,
    each: "group",
    uses: counting ? [read(x), write(counts)] : [read(x), read(counts), write(out)],
    numbers: { total, sizes: x.shape },
    write({ k, at: group, operands, numbers: { total, sizes } }) {
      const [x, before, out] = operands as [ShaderOperand, ShaderOperand, ShaderOperand];
      const start = k.let(group.mul(stretch).add(k.lane.mul(perLane)).min(total), "start");
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
      const row = k.variable(counting ? i32(0) : before.load(group), "row");
      k.for(0, counting ? k.lane.eq(0).select(i32(lanes), i32(0)) : k.lane, (lane) =>
        row.set(row.value.add(each.at(lane))),
      );
      if (counting) k.if(k.lane.eq(0), () => before.store(group, row.value));
      else
        visit((position) => {
          for (const [d, at] of position.entries()) out.store(out.index([row.value, i32(d)]), at);
          row.set(row.value.add(1));
        });
    },
  });
}
