/** How a product is cut: what an invocation keeps in registers, and how the invocations of a workgroup share the rest. */
export interface Tile {
  /** Rows and columns of C that an invocation accumulates, as so many variables. */
  readonly rows: number;
  readonly columns: number;
  /** Invocations of a workgroup along rows and columns, and those that share the depth of one element. Powers of two. */
  readonly lanesM: number;
  readonly lanesN: number;
  readonly lanesK: number;
  /** Depth of the slabs of A and B that pass through workgroup memory; 0 where operands are read where they lie. */
  readonly slab: number;
}

/**
 * Without a slab, operands are read where they lie: for thin products, and where workgroup memory is no faster than any other. With
 * one, every dimension of the tile must divide the number of invocations.
 */
export const tileOf = (
  rows: number,
  columns: number,
  lanesM: number,
  lanesN: number,
  { lanesK = 1, slab = 0 } = {},
): Tile => ({ rows, columns, lanesM, lanesN, lanesK, slab });

export const lanesOf = ({ lanesM, lanesN, lanesK }: Tile): number => lanesM * lanesN * lanesK;
/** Rows and columns of C that a workgroup computes. */
export const heightOf = ({ rows, lanesM }: Tile): number => rows * lanesM;
export const widthOf = ({ columns, lanesN }: Tile): number => columns * lanesN;

export const tileKey = ({ rows, columns, lanesM, lanesN, lanesK, slab }: Tile): string =>
  `${rows}x${columns}:${lanesM}x${lanesN}x${lanesK}/${slab}`;

/** Bytes of workgroup memory at most: slabs with a line of padding, or what invocations add up. */
export function sharedBytesOf(tile: Tile, bytesPerElement: number): number {
  const added = tile.lanesK > 1 ? lanesOf(tile) * tile.rows * tile.columns : 0;
  const slabs = (heightOf(tile) + widthOf(tile) + 2) * tile.slab;
  return Math.max(added, slabs) * bytesPerElement;
}
