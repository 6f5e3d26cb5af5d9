/** Which tiles suit a product, by its sizes alone: the best guess first, then others worth measuring. */
import type { Type } from "../ir/types.js";
import { type DeviceTraits, enoughGroups, groupsOfGpu } from "../plan.js";
import { heightOf, lanesOf, sharedBytesOf, type Tile, tileOf, widthOf } from "./tile.js";

/** The way in which neighbouring elements of an operand lie in memory: along the depth k, or along its row or column. */
export type Along = "depth" | "line";

export interface Extents {
  readonly m: number;
  readonly n: number;
  /** Depth of the whole sum. */
  readonly k: number;
  readonly batch: number;
  readonly type: Type;
  readonly along: { readonly a: Along; readonly b: Along };
}

const tiles = {
  large: tileOf(8, 8, 16, 16, { slab: 8 }),
  medium: tileOf(4, 4, 16, 16, { slab: 16 }),
  small: tileOf(2, 2, 16, 16, { slab: 16 }),
  wide: tileOf(2, 4, 4, 32, { slab: 16 }),
  tall: tileOf(4, 2, 32, 4, { slab: 16 }),
  shallow: tileOf(4, 4, 8, 8),
  row: tileOf(1, 1, 1, 64),
  column: tileOf(1, 1, 64, 1),
  /** Neighbouring invocations read neighbours along k and add up what they found. */
  rowDots: tileOf(1, 1, 1, 4, { lanesK: 16 }),
  columnDots: tileOf(1, 1, 4, 1, { lanesK: 16 }),
  /** 64-bit products take many registers where they are emulated. */
  wideIntegers: tileOf(2, 2, 8, 8),
} as const satisfies Readonly<Record<string, Tile>>;

const thin = 8;
const shallowDepth = 8;

export const tileGroups = ({ m, n, batch }: Extents, tile: Tile): number =>
  Math.ceil(m / heightOf(tile)) * Math.ceil(n / widthOf(tile)) * batch;

/** Tiles for a product, the default one first. */
export function candidateTiles(extents: Extents, traits: DeviceTraits): readonly Tile[] {
  const ranked = traits.emulated
    ? emulated(extents)
    : extents.type === "i64"
      ? [tiles.wideIntegers]
      : ranking(extents);
  const fitting = ranked.filter(
    (tile) => lanesOf(tile) <= traits.maxLanes && sharedBytesOf(tile, 4) <= traits.sharedBytes,
  );
  return fitting.length > 0 ? fitting : [tiles.shallow];
}

function ranking(extents: Extents): readonly Tile[] {
  const { m, n, k, along } = extents;
  if (m === 1 && n === 1) return [tiles.rowDots];
  if (m === 1) return along.b === "depth" ? [tiles.rowDots, tiles.row] : [tiles.row, tiles.rowDots];
  if (n === 1)
    return along.a === "depth" ? [tiles.columnDots, tiles.column] : [tiles.column, tiles.columnDots];
  if (k <= shallowDepth) return [tiles.shallow, tiles.small];
  if (m <= thin) return [tiles.wide, tiles.small, tiles.row];
  if (n <= thin) return [tiles.tall, tiles.small, tiles.column];
  if (tileGroups(extents, tiles.large) >= 2 * groupsOfGpu) return [tiles.large, tiles.medium, tiles.shallow];
  if (tileGroups(extents, tiles.medium) >= groupsOfGpu / 4 || Math.min(m, n) > 32)
    return [tiles.medium, tiles.small, tiles.large, tiles.shallow];
  return [tiles.small, tiles.medium, tiles.shallow];
}

/** A processor has no use for workgroup memory: large register tiles alone save it loads. */
function emulated({ m, n, type }: Extents): readonly Tile[] {
  const most = type === "i64" ? 2 : 8;
  const [rows, columns] = [registersFor(m, most), registersFor(n, most)];
  const [across, down] = [lanesFor(n, columns), lanesFor(m, rows)];
  const lanesM = Math.min(down, Math.max(8, 64 / across));
  const lanesN = Math.min(across, 64 / lanesM);
  return [tileOf(rows, columns, lanesM, lanesN), tiles.shallow];
}
const registersFor = (lines: number, most: number): number =>
  Math.min(most, lines <= 1 ? 1 : lines <= 4 ? 4 : 8);
/** No wider than the product: invocations beyond its edge would compute for nothing. */
const lanesFor = (lines: number, each: number): number => 2 ** Math.ceil(Math.log2(Math.ceil(lines / each)));

/** Into how many parts to cut the depth, so that a product of few tiles still fills the device. */
export function splitsFor(extents: Extents, tile: Tile, traits: DeviceTraits): number {
  const groups = tileGroups(extents, tile);
  const enough = enoughGroups(traits);
  if (groups * 2 > enough) return 1;
  const least = traits.emulated ? 1024 : Math.max(128, 32 * tile.lanesK);
  return Math.max(1, Math.min(Math.ceil(enough / groups), Math.floor(extents.k / least)));
}
