/** Batched, strided matrix products. */
import type { MatmulLaunch, Operand } from "@flambeau/core";
import { codecOf } from "../elements/codec.js";
import { type ShaderOperand, unravel } from "../elements/operands.js";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Value } from "../ir/value.js";
import type { DeviceTraits, Plan } from "../plan.js";
import type { Along } from "../tiles/choose.js";
import { lowerProduct } from "../tiles/lower.js";
import { biasEpilogue, type Loaders, type Placing, type Scene } from "../tiles/product.js";
import { walker } from "../tiles/walk.js";

export function lowerMatmul(launch: MatmulLaunch, traits: DeviceTraits): Plan {
  const { kernel, a, b, bias, out } = withoutUnitBatches(launch);
  const rank = out.shape.length;
  const batchSizes = out.shape.slice(0, -2);
  const [m, n, k] = [out.shape[rank - 2], out.shape[rank - 1], a.shape[rank - 1]] as [number, number, number];
  const axes = out.shape.map((_, axis) => axis);
  return lowerProduct(
    {
      name: "matmul",
      key: `matmul ${kernel.dtype} ${rank}`,
      type: codecOf(kernel.dtype).type,
      m,
      n,
      batch: batchSizes.reduce((count, size) => count * size, 1),
      depth: [k],
      outer: () => 0,
      along: { a: alongOf(a, rank - 1, rank - 2), b: alongOf(b, rank - 2, rank - 1) },
      inputs: [
        { view: a, as: "read" },
        { view: b, as: "read" },
      ],
      output: { view: out, as: "write" },
      epilogues: bias === null ? [] : [biasEpilogue({ view: bias, as: "read" }, axes)],
      dims: batchSizes,
      load,
      place,
    },
    traits,
  );
}

/** Batch dimensions of size 1 would only make more shaders. */
function withoutUnitBatches(launch: MatmulLaunch): MatmulLaunch {
  const { shape } = launch.out;
  const kept = shape.flatMap((size, d) => (d >= shape.length - 2 || size !== 1 ? [d] : []));
  if (kept.length === shape.length) return launch;
  const pick = (values: readonly number[]): number[] => kept.map((d) => values[d] as number);
  const without = (x: Operand): Operand => ({ ...x, shape: pick(x.shape), strides: pick(x.strides) });
  const { kernel, a, b, bias, out } = launch;
  return { kernel, a: without(a), b: without(b), bias: bias && without(bias), out: without(out) };
}

function alongOf({ strides }: Operand, depth: number, line: number): Along {
  const [d, l] = [Math.abs(strides[depth] as number), Math.abs(strides[line] as number)];
  return l === 0 || (d !== 0 && d <= l) ? "depth" : "line";
}

function load({ k, item, dims, operands, outer }: Scene): Loaders {
  const [a, b] = operands as [ShaderOperand, ShaderOperand];
  const at = unravel(k, item, dims);
  const rank = dims.length + 2;
  const side = (operand: ShaderOperand, lineAxis: number, depthAxis: number) => {
    const base = itemBase(k, operand, at);
    const [line, depth] = [operand.strides[lineAxis], operand.strides[depthAxis]] as [Value, Value];
    return walker(
      k,
      { operand, origin: (i) => ({ index: base.add(i.mul(line)) }), motions: [{ stride: depth }] },
      outer,
    );
  };
  return { a: side(a, rank - 2, rank - 1), b: side(b, rank - 1, rank - 2) };
}

function itemBase(k: ShaderBuilder, operand: ShaderOperand, at: readonly Value[]): Value {
  const base = at.reduce((sum, x, d) => sum.add(x.mul(operand.strides[d] as Value)), operand.offset);
  return k.let(base, "base");
}

function place({ k, item, dims }: Scene): Placing {
  const at = unravel(k, item, dims);
  return { row: (m) => [m], column: (n) => [n], at: (row, column) => [...at, ...row, ...column] };
}
