/** Gather: an invocation reads one addressed element. */
import { type GatherLaunch, numelOf } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { read, type ShaderOperand, unravel, write } from "../elements/operands.js";
import type { Words } from "../ir/builder.js";
import { kernelId } from "../kernelIds.js";
import { noDispatch, type Plan, single } from "../plan.js";
import { addressed } from "./address.js";

export function lowerGather({ kernel, x, indices, out }: GatherLaunch): Plan {
  const count = numelOf(out.shape);
  if (count === 0) return noDispatch;
  return single(
    dispatchOf({
      key: `gather ${kernelId(kernel)}`,
      name: kernel.op,
      lanes: 256,
      count,
      uses: [read(x), write(out), ...indices.map(read)],
      numbers: { space: out.shape, sizes: x.shape },
      errors: true,
      write({ k, at, operands, numbers: { space, sizes }, errors }) {
        const [from, to, ...rest] = operands as [ShaderOperand, ShaderOperand, ...ShaderOperand[]];
        const position = unravel(k, at, space);
        const address = addressed(k, kernel, position, rest, sizes, errors as Words);
        k.if(address.valid, () => to.store(to.index(position), from.load(from.index(address.at))));
      },
    }),
  );
}
