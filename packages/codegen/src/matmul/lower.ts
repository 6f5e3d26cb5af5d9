/** Batched, strided matrix products. */
import { type MatmulLaunch, numelOf, type Operand } from "@flambeau/core";
import { codecOf } from "../elements/codec.js";
import { read, type ShaderOperand, unravel, write } from "../elements/operands.js";
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
      batch: numelOf(batchSizes),
      depth: [k],
      outer: () => 0,
      along: { a: alongOf(a, rank - 1, rank - 2), b: alongOf(b, rank - 2, rank - 1) },
      inputs: [read(a), read(b)],
      output: write(out),
      epilogues: bias === null ? [] : [biasEpilogue(read(bias), axes)],
      dims: { batch: batchSizes },
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

/** Coordinates of the scene's item along the batch dimensions. */
const itemOf = ({ k, item, dims }: Pick<Scene, "k" | "item" | "dims">): Value[] =>
  unravel(k, item, dims.batch as readonly Value[]);

function load(scene: Scene): Loaders {
  const { k, operands } = scene;
  const [a, b] = operands as [ShaderOperand, ShaderOperand];
  const at = itemOf(scene);
  const side = (operand: ShaderOperand, lineAxis: number, depthAxis: number) => {
    const base = k.let(operand.index(at), "base");
    return walker(scene, {
      operand,
      origin: (line) => ({ index: operand.index([line], [lineAxis], base) }),
      motions: [{ stride: operand.strides[depthAxis] as Value }],
    });
  };
  return { a: side(a, at.length, at.length + 1), b: side(b, at.length + 1, at.length) };
}

function place(scene: Scene): Placing {
  const at = itemOf(scene);
  return { row: (m) => [m], column: (n) => [n], at: (row, column) => [...at, ...row, ...column] };
}
