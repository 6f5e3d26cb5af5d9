/** Products as dispatches: one, or two where the depth is cut into parts that are summed afterwards. */
import type { DType } from "@flambeau/core";
import { bindOperands, type OperandLayout, type ShaderOperand, type View } from "../elements/operands.js";
import { ShaderBuilder } from "../ir/builder.js";
import type { Shader } from "../ir/types.js";
import { type DeviceTraits, type Dispatch, noDispatch, type Plan } from "../plan.js";
import { candidateTiles, type Extents, splitsFor, tileGroups } from "./choose.js";
import { buildCombine, combineLanes } from "./combine.js";
import { directProduct } from "./direct.js";
import { type FrameSizes, frameParams, openFrame, outputSink, partialSink } from "./frame.js";
import type { Product } from "./product.js";
import { stagedProduct } from "./staged.js";
import { heightOf, lanesOf, type Tile, tileKey, widthOf } from "./tile.js";
import { type Choice, sizeClass, tunerOf } from "./tuner.js";

const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
const partialDType: Partial<Record<Product["type"], DType>> = { f32: "float32", i32: "int32", i64: "int64" };
const bytesOfPartial = (type: Product["type"]): number => (type === "i64" ? 8 : 4);

type DepthCut = Pick<FrameSizes, "phases" | "phaseSpan" | "inner" | "innerSpan" | "innerParts"> & {
  readonly parts: number;
};

export function lowerProduct(product: Product, traits: DeviceTraits): Plan {
  const { m, n, batch, type, along, depth, dims } = product;
  const elements = batch * m * n;
  if (elements === 0) return noDispatch;
  const extents: Extents = { m, n, k: count(depth), batch, type, along };
  const { tile, choice } = choose(product, extents, traits);
  const cut = cutDepth(product, tile, splitsFor(extents, tile, traits));
  const finish = [product.output, ...product.epilogues.flatMap(({ uses }) => uses)];
  const partial: View = {
    buffer: { scratch: 0 },
    dtype: partialDType[type] as DType,
    strides: [],
    offset: 0,
  };
  const parted = cut.parts > 1;
  const bound = bindOperands([
    ...product.inputs,
    ...(parted ? [{ view: partial, as: "write" } as const] : finish),
  ]);
  const groups = tileGroups(extents, tile) * cut.parts;
  const sizes: FrameSizes = {
    groups,
    m,
    n,
    batch,
    tilesM: Math.ceil(m / heightOf(tile)),
    tilesN: Math.ceil(n / widthOf(tile)),
    ...cut,
  };
  const code = `${product.key} ${product.epilogues.map(({ key }) => key).join()}`;
  const main: Dispatch = {
    key: `product ${code} ${tileKey(tile)} ${product.outer(tile)} ${along.a[0]}${along.b[0]} ${parted ? "part" : "all"} ${bound.layout.key}`,
    build: () => buildProduct(product, tile, bound.layout, parted),
    buffers: bound.buffers,
    params: [...frameParams(sizes), ...depth, ...dims, ...bound.params],
    groups,
  };
  if (!parted) return { dispatches: [main], scratch: [], choice };
  const whole = bindOperands([{ view: partial, as: "read" }, ...finish]);
  const combine: Dispatch = {
    key: `combine ${code} ${whole.layout.key}`,
    build: () => buildCombine(product, whole.layout),
    buffers: whole.buffers,
    params: [elements, cut.parts, m, n, ...dims, ...whole.params],
    groups: Math.ceil(elements / combineLanes),
  };
  return {
    dispatches: [main, combine],
    scratch: [cut.parts * elements * bytesOfPartial(type)],
    choice,
  };
}

function choose(product: Product, extents: Extents, traits: DeviceTraits): { tile: Tile; choice: Choice } {
  const candidates = candidateTiles(extents, traits);
  const { m, n, k, batch, along } = extents;
  const key = `${product.key} ${along.a[0]}${along.b[0]} ${sizeClass([m, n, k, batch])}`;
  const names = candidates.map(tileKey);
  const candidate = tunerOf(traits).choose(key, names);
  return {
    tile: candidates[names.indexOf(candidate)] as Tile,
    choice: { key, candidate, work: m * n * k * batch },
  };
}

/** Cuts the depth into about `splits` parts: along the phases first, then within each. */
function cutDepth(product: Product, tile: Tile, splits: number): DepthCut {
  const outer = product.outer(tile);
  const [phases, inner] = [count(product.depth.slice(0, outer)), count(product.depth.slice(outer))];
  const span = (all: number, parts: number, unit: number): number =>
    Math.max(1, Math.ceil(all / parts / unit) * unit);
  const phaseSpan = span(phases, splits, 1);
  const phaseParts = Math.max(1, Math.ceil(phases / phaseSpan));
  const innerSpan = span(inner, Math.ceil(splits / phaseParts), Math.max(1, tile.slab));
  const innerParts = Math.max(1, Math.ceil(inner / innerSpan));
  return { phases, phaseSpan, inner, innerSpan, innerParts, parts: phaseParts * innerParts };
}

function buildProduct(product: Product, tile: Tile, layout: OperandLayout, parted: boolean): Shader {
  const k = new ShaderBuilder(product.name, lanesOf(tile));
  const frame = openFrame(k, product, tile, layout);
  const results = frame.scene.operands.slice(product.inputs.length);
  const sink = parted
    ? partialSink(frame, results[0] as ShaderOperand)
    : outputSink(product, frame.scene, results);
  const compute = tile.slab > 0 ? stagedProduct : directProduct;
  compute(frame, product, sink);
  return k.finish();
}
