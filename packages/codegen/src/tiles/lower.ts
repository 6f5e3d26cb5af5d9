/** Products as dispatches: one, or two where the depth is cut into parts that are summed afterwards. */
import { numelOf } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { type ShaderOperand, scratchDType, scratchView, write } from "../elements/operands.js";
import { type DeviceTraits, noDispatch, type Plan } from "../plan.js";
import { candidateTiles, type Extents, splitsFor, tileGroups } from "./choose.js";
import { combine } from "./combine.js";
import { directProduct } from "./direct.js";
import { type FrameNumbers, openFrame, outputSink, partialSink } from "./frame.js";
import { type Product, resultsOf } from "./product.js";
import { stagedProduct } from "./staged.js";
import { heightOf, lanesOf, type Tile, tileKey, widthOf } from "./tile.js";
import { type Choice, sizeClass, tunerOf } from "./tuner.js";

type DepthCut = Pick<FrameNumbers, "phases" | "phaseSpan" | "inner" | "innerSpan" | "innerParts">;

export function lowerProduct(product: Product, traits: DeviceTraits): Plan {
  const { name, m, n, batch, type, along, depth, dims, inputs } = product;
  const elements = batch * m * n;
  if (elements === 0) return noDispatch;
  const extents: Extents = { m, n, k: numelOf(depth), batch, type, along };
  const { tile, choice } = choose(product, extents, traits);
  const { parts, ...cut } = cutDepth(product, tile, splitsFor(extents, tile, traits));
  const partial = scratchView(0, scratchDType(type));
  const parted = parts > 1;
  const code = `${product.key} ${product.epilogues.map(({ key }) => key).join()}`;
  const main = dispatchOf({
    key: `product ${code} ${tileKey(tile)} ${product.outer(tile)} ${along.a[0]}${along.b[0]} ${parted ? "part" : "all"}`,
    name,
    lanes: lanesOf(tile),
    count: tileGroups(extents, tile) * parts,
    each: "group",
    uses: [...inputs, ...(parted ? [write(partial)] : resultsOf(product))],
    numbers: {
      m,
      n,
      batch,
      tilesM: Math.ceil(m / heightOf(tile)),
      tilesN: Math.ceil(n / widthOf(tile)),
      ...cut,
      depth,
      dims,
    },
    write(scope) {
      const frame = openFrame(scope, product, tile);
      const results = scope.operands.slice(inputs.length);
      const sink = parted
        ? partialSink(frame, results[0] as ShaderOperand)
        : outputSink(product, frame.scene, results);
      (tile.slab > 0 ? stagedProduct : directProduct)(frame, product, sink);
    },
  });
  if (!parted) return { dispatches: [main], scratch: [], choice };
  return {
    dispatches: [main, combine(product, code, partial, parts)],
    scratch: [parts * elements * (type === "i64" ? 8 : 4)],
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
function cutDepth(product: Product, tile: Tile, splits: number): DepthCut & { readonly parts: number } {
  const outer = product.outer(tile);
  const [phases, inner] = [numelOf(product.depth.slice(0, outer)), numelOf(product.depth.slice(outer))];
  const span = (all: number, parts: number, unit: number): number =>
    Math.max(1, Math.ceil(all / parts / unit) * unit);
  const phaseSpan = span(phases, splits, 1);
  const phaseParts = Math.max(1, Math.ceil(phases / phaseSpan));
  const innerSpan = span(inner, Math.ceil(splits / phaseParts), Math.max(1, tile.slab));
  const innerParts = Math.max(1, Math.ceil(inner / innerSpan));
  return { phases, phaseSpan, inner, innerSpan, innerParts, parts: phaseParts * innerParts };
}
