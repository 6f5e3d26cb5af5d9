/** Gather: an invocation reads one addressed element. */
import type { GatherLaunch } from "@flambeau/core";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  unravel,
} from "../elements/operands.js";
import { ShaderBuilder, type Words } from "../ir/builder.js";
import type { Shader } from "../ir/types.js";
import { kernelId } from "../kernelIds.js";
import { noDispatch, type Plan, single } from "../plan.js";
import { addressed, numel, views } from "./address.js";

const lanes = 256;

export function lowerGather(launch: GatherLaunch): Plan {
  const { kernel, x, indices, out } = launch;
  const total = numel(out.shape);
  if (total === 0) return noDispatch;
  const uses = [{ view: x, as: "read" } as const, { view: out, as: "write" } as const, ...views(indices)];
  const { layout, buffers, params } = bindOperands(uses, true);
  return single({
    key: `gather ${kernelId(kernel)} ${layout.key}`,
    build: () => build(kernel, layout, x.shape.length, out.shape.length),
    buffers,
    params: [total, ...out.shape, ...x.shape, ...params],
    groups: Math.ceil(total / lanes),
  });
}

function build(
  kernel: GatherLaunch["kernel"],
  layout: OperandLayout,
  xRank: number,
  outRank: number,
): Shader {
  const k = new ShaderBuilder(kernel.op, lanes);
  const total = k.param("total");
  const space = Array.from({ length: outRank }, (_, d) => k.param(`size${d}`));
  const sizes = Array.from({ length: xRank }, (_, d) => k.param(`x_size${d}`));
  const { operands, errors } = declareOperands(k, layout);
  const [x, out, ...indices] = operands as [ShaderOperand, ShaderOperand, ...ShaderOperand[]];
  const at = k.let(k.invocation, "at");
  k.if(at.lt(total), () => {
    const position = unravel(k, at, space);
    const address = addressed(k, kernel, position, indices, sizes, errors as Words);
    k.if(address.valid, () => out.store(out.index(position), x.load(x.index(address.at))));
  });
  return k.finish();
}
