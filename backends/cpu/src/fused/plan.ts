/**
 * How a launch is cut into tiles: the order of its dimensions and how far a tile extends along each. Depends on sizes
 * and strides alone, so that results do not depend on the number of threads.
 */
import type { FusedLaunch } from "@flambeau/core";

export interface Plan {
  /** Launch dimensions, those of the rows first, each group outermost first. */
  readonly order: readonly number[];
  readonly rowDims: number;
  /** By place in `order`. */
  readonly blocks: readonly number[];
  readonly layout: Layout;
}

/** What the code of a kernel depends on. */
export interface Layout {
  /** Axes along which a tile extends. */
  readonly tileAxes: number;
  /** Whether a tile covers several rows. */
  readonly severalRows: boolean;
  /** Whether a tile covers several elements of a row. */
  readonly severalElements: boolean;
  /** Whether, within a tile, neighbours belong to different rows. */
  readonly overOuter: boolean;
  /** Whether tiles hold whole rows, so that a pass finds what the passes before it computed. */
  readonly resident: boolean;
}

/** Below this many elements along its innermost dimension a tile takes in the next one too. */
const shortRun = 64;
/** Rows up to this long share tiles. */
const shortRow = 128;
/** Edge of the blocks in which operands that disagree on the innermost dimension are walked. */
const transposeEdge = 32;

/** Pieces of `size` no longer than `limit`, about equally long. */
function evenBlock(size: number, limit: number): number {
  if (size <= limit) return Math.max(size, 1);
  const even = Math.ceil(size / Math.ceil(size / limit));
  return Math.min(limit, Math.ceil(even / 16) * 16);
}

type Strides = readonly number[];

/** The strides that matter most: those of the operand with the most elements, an output rather than an input if asked. */
function mainStrides(launch: FusedLaunch, outputsFirst: boolean): Strides {
  const { sizes, inputs, outputs } = launch;
  let best: Strides | null = null;
  let most = -1;
  const consider = (strides: Strides): void => {
    let elements = 1;
    for (let d = 0; d < sizes.length; d++) if (strides[d] !== 0) elements *= sizes[d]!;
    if (elements > most) {
      most = elements;
      best = strides;
    }
  };
  if (outputsFirst) for (const output of outputs) consider(output.strides);
  for (const input of inputs) if (typeof input === "object") consider(input.strides);
  if (!outputsFirst) for (const output of outputs) consider(output.strides);
  return best ?? [];
}

/** Sorts dimensions so that memory is walked densely: large strides outside, dimensions without extent outermost. */
function byStride(dims: number[], strides: Strides): number[] {
  if (dims.length < 2) return dims;
  const key = (d: number): number => (strides[d] ? Math.abs(strides[d]!) : Number.POSITIVE_INFINITY);
  return dims.sort((a, b) => {
    const ka = key(a);
    const kb = key(b);
    return ka === kb ? a - b : kb > ka ? 1 : -1;
  });
}

/** Extends a tile over `dims`, innermost (last) first, to at most `capacity` elements; returns how many it has. */
function extend(
  dims: readonly number[],
  sizes: readonly number[],
  blocks: number[],
  capacity: number,
): number {
  let elements = 1;
  for (let i = dims.length - 1; i >= 0 && elements < shortRun; i--) {
    const size = sizes[dims[i]!]!;
    const block = evenBlock(size, Math.max(1, Math.floor(capacity / elements)));
    blocks[dims[i]!] = block;
    elements *= block;
    if (block < size) break;
  }
  return elements;
}

function pointwisePlan(launch: FusedLaunch, capacity: number): Plan {
  const { sizes } = launch;
  const rank = sizes.length;
  const blocks = new Array<number>(rank).fill(1);
  if (rank === 1) {
    blocks[0] = evenBlock(sizes[0]!, capacity);
    return finish(launch, [0], 0, blocks, false);
  }
  const order = byStride(
    sizes.map((_, d) => d),
    mainStrides(launch, true),
  );
  const inner = order[rank - 1]!;
  const across = rank > 1 ? denserElsewhere(launch, inner) : -1;
  if (across >= 0) {
    blocks[inner] = Math.min(sizes[inner]!, transposeEdge);
    blocks[across] = Math.max(1, Math.min(sizes[across]!, Math.floor(capacity / blocks[inner])));
    order.splice(order.indexOf(across), 1);
    order.splice(rank - 2, 0, across);
  } else {
    extend(order, sizes, blocks, capacity);
  }
  return finish(launch, order, 0, blocks, false);
}

/** A dimension along which some input is much denser than along `inner`, or -1. */
function denserElsewhere({ sizes, inputs }: FusedLaunch, inner: number): number {
  if (sizes[inner]! < 8) return -1;
  for (const input of inputs) {
    if (typeof input !== "object") continue;
    const step = Math.abs(input.strides[inner]!);
    if (step < 8) continue;
    for (let d = 0; d < sizes.length; d++) {
      const other = Math.abs(input.strides[d]!);
      if (d !== inner && other !== 0 && other * 8 <= step && sizes[d]! >= 8) return d;
    }
  }
  return -1;
}

const product = (dims: readonly number[], sizes: readonly number[]): number =>
  dims.reduce((count, d) => count * sizes[d]!, 1);

function reducingPlan(launch: FusedLaunch, over: number, capacity: number): Plan {
  const { sizes, axisOf } = launch;
  const main = mainStrides(launch, false);
  const rows: number[] = [];
  const folded: number[] = [];
  for (let d = 0; d < sizes.length; d++) ((over >> axisOf[d]!) & 1 ? folded : rows).push(d);
  byStride(rows, main);
  byStride(folded, main);
  const blocks = new Array<number>(sizes.length).fill(1);
  const length = product(folded, sizes);
  const density = (dims: readonly number[]): number => {
    const step = dims.length === 0 ? 0 : main[dims[dims.length - 1]!]!;
    return step === 0 ? Number.POSITIVE_INFINITY : Math.abs(step);
  };
  const overOuter = rows.length > 0 && length > 1 && density(rows) < density(folded);
  if (overOuter) {
    const together = extend(rows, sizes, blocks, capacity);
    if (together < shortRun) extend(folded, sizes, blocks, Math.floor(capacity / together));
  } else {
    const covered = extend(folded, sizes, blocks, capacity);
    if (covered === length && length <= shortRow && rows.length > 0) {
      const last = rows[rows.length - 1]!;
      blocks[last] = evenBlock(sizes[last]!, Math.max(1, Math.floor(capacity / Math.max(length, 1))));
    }
  }
  return finish(launch, [...rows, ...folded], rows.length, blocks, overOuter);
}

function finish(
  { axisOf, sizes, kernel }: FusedLaunch,
  order: readonly number[],
  rowDims: number,
  blockOf: readonly number[],
  overOuter: boolean,
): Plan {
  let tileAxes = 0;
  let severalRows = false;
  let severalElements = false;
  let resident = kernel.step.over !== 0;
  const blocks = new Array<number>(order.length);
  for (let i = 0; i < order.length; i++) {
    const block = blockOf[order[i]!]!;
    blocks[i] = block;
    if (i >= rowDims && block < sizes[order[i]!]!) resident = false;
    if (block <= 1) continue;
    tileAxes |= 1 << axisOf[order[i]!]!;
    if (i < rowDims) severalRows = true;
    else severalElements = true;
  }
  return { order, rowDims, blocks, layout: { tileAxes, severalRows, severalElements, overOuter, resident } };
}

/** `capacity`: elements a tile may have. */
export function planLaunch(launch: FusedLaunch, capacity: number): Plan {
  const { over } = launch.kernel.step;
  return over === 0 ? pointwisePlan(launch, capacity) : reducingPlan(launch, over, capacity);
}
