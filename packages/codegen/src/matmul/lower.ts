/** Batched, strided matrix products. */
import { type MatmulLaunch, numelOf, type Operand } from "@flambeau/core";
import { codecOf } from "../elements/codec.js";
import { read, type ShaderOperand, unravel, write } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import type { DeviceTraits, Plan } from "../plan.js";
import type { Along } from "../tiles/choose.js";
import { lowerProduct } from "../tiles/lower.js";
import { addBias, type Loaders, type Placing, type Product, type Scene } from "../tiles/product.js";
import { walker } from "../tiles/walk.js";

export const lowerMatmul = (launch: MatmulLaunch, traits: DeviceTraits): Plan =>
  lowerProduct(matmulProduct(launch), traits);

export function matmulProduct({ kernel, ...launch }: MatmulLaunch): Product {
  const squeeze = withoutUnitBatches(launch.out.shape);
  const [a, b, out] = [squeeze(launch.a), squeeze(launch.b), squeeze(launch.out)];
  const rank = out.shape.length;
  const batch = out.shape.slice(0, -2);
  const [m, n] = out.shape.slice(-2) as [number, number];
  return {
    name: "matmul",
    key: `matmul ${kernel.dtype} ${rank}`,
    type: codecOf(kernel.dtype).type,
    m,
    n,
    batch: numelOf(batch),
    depth: a.shape.slice(-1),
    outer: () => 0,
    along: { a: alongOf(a, rank - 1, rank - 2), b: alongOf(b, rank - 2, rank - 1) },
    inputs: [read(a), read(b)],
    output: write(out),
    epilogues: addBias(launch.bias && squeeze(launch.bias), [...out.shape.keys()]),
    dims: { batch },
    load,
    place,
  };
}

/** Leaves out batch dimensions of size 1, which would only make more shaders. */
function withoutUnitBatches(shape: readonly number[]): (x: Operand) => Operand {
  const kept = [...shape.keys()].filter((d) => d >= shape.length - 2 || shape[d] !== 1);
  if (kept.length === shape.length) return (x) => x;
  const pick = (values: readonly number[]): number[] => kept.map((d) => values[d] as number);
  return (x) => ({ ...x, shape: pick(x.shape), strides: pick(x.strides) });
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
