/** Sequences of several lengths, packed without padding (`torch.nn.utils.rnn`). */
import { ArgumentError, cat, formatShape, ShapeError, type Tensor, tensor, zeros } from "@flambeau/core";

/**
 * Sequences of several lengths, step by step: the first elements of all, longest sequence first, then the
 * second ones of those that have one, and so on (`torch.nn.utils.rnn.PackedSequence`). Recurrent layers take
 * it as their input.
 */
export class PackedSequence {
  constructor(
    /** [sum of batchSizes, …] */
    readonly data: Tensor,
    /** Number of sequences that have a step t, by t. */
    readonly batchSizes: readonly number[],
    /** Where each packed sequence was before they were sorted; null when they were sorted already. */
    readonly sortedIndices: readonly number[] | null = null,
  ) {
    const total = batchSizes.reduce((sum, n) => sum + n, 0);
    if (data.shape[0] !== total)
      throw new ShapeError(
        "PackedSequence",
        `expected ${total} rows for batch sizes ${formatShape(batchSizes)}, got shape ${formatShape(data.shape)}`,
      );
  }

  /** At each original position, where its sequence was packed; null when they were sorted already. */
  get unsortedIndices(): readonly number[] | null {
    if (this.sortedIndices === null) return null;
    const positions = new Array<number>(this.sortedIndices.length);
    this.sortedIndices.forEach((from, to) => {
      positions[from] = to;
    });
    return positions;
  }

  /** Other data of the same lengths. */
  withData(data: Tensor): PackedSequence {
    return new PackedSequence(data, this.batchSizes, this.sortedIndices);
  }
}

/** x with its rows along `dim` in another order; null leaves it. */
export function reordered(x: Tensor, order: readonly number[] | null, dim: number): Tensor {
  return order === null ? x : x.indexSelect(dim, tensor([...order], { dtype: "int32", device: x.device }));
}

/** Options that say how padded sequences lie and whether they are sorted. */
export interface PackOptions {
  /** [N, T, …] instead of [T, N, …]. */
  readonly batchFirst?: boolean;
  /** Whether the sequences are known to be in order of descending length, as they are by default. */
  readonly enforceSorted?: boolean;
}

/**
 * Packs x [T, N, …] whose sequence n is `lengths[n]` long (`pack_padded_sequence`). Throws ArgumentError for
 * lengths outside 1 … T, and for unsorted ones unless `enforceSorted` is false.
 */
export function packPaddedSequence(
  x: Tensor,
  lengths: readonly number[] | Tensor,
  { batchFirst = false, enforceSorted = true }: PackOptions = {},
): PackedSequence {
  const name = "packPaddedSequence";
  const padded = batchFirst ? x.transpose(0, 1) : x;
  const [time, batch] = padded.shape as unknown as [number, number];
  const given = Array.isArray(lengths) ? lengths : ((lengths as Tensor).arraySync() as number[]).map(Number);
  if (given.length !== batch || given.some((n) => !Number.isInteger(n) || n < 1 || n > time)) {
    throw new ArgumentError(name, `expected ${batch} lengths from 1 to ${time}, got ${formatShape(given)}`);
  }
  const order = given.map((_, i) => i).sort((a, b) => (given[b] as number) - (given[a] as number) || a - b);
  const isSorted = order.every((from, to) => from === to);
  if (enforceSorted && !isSorted)
    throw new ArgumentError(
      name,
      `expected descending lengths, got ${formatShape(given)}; pass enforceSorted: false to have them sorted`,
    );
  const longest = given[order[0] as number] as number;
  const batchSizes = Array.from({ length: longest }, (_, t) => given.filter((n) => n > t).length);
  const sorted = reordered(padded, isSorted ? null : order, 1);
  const data = cat(
    batchSizes.map((n, t) => sorted.select(0, t).narrow(0, 0, n)),
    0,
  );
  return new PackedSequence(data, batchSizes, enforceSorted ? null : order);
}

/** Options of `padPackedSequence`. */
export interface PadOptions {
  /** [N, T, …] instead of [T, N, …]. */
  readonly batchFirst?: boolean;
  readonly paddingValue?: number;
  /** Pads up to this many steps instead of the longest sequence's. */
  readonly totalLength?: number;
}

/**
 * The sequences of a pack as [T, N, …] in their original order, and their lengths (`pad_packed_sequence`).
 */
export function padPackedSequence(
  packed: PackedSequence,
  { batchFirst = false, paddingValue = 0, totalLength }: PadOptions = {},
): [padded: Tensor, lengths: number[]] {
  const { data, batchSizes } = packed;
  const batch = batchSizes[0] as number;
  const time = totalLength ?? batchSizes.length;
  if (time < batchSizes.length)
    throw new ArgumentError(
      "padPackedSequence",
      `expected a totalLength of at least ${batchSizes.length}, got ${time}`,
    );
  const rest = data.shape.slice(1);
  const filler = (rows: number): Tensor =>
    zeros([rows, ...rest], { dtype: data.dtype, device: data.device }).fill_(paddingValue);
  const steps = data.splitWithSizes(batchSizes, 0);
  const rows = Array.from({ length: time }, (_, t) => {
    const missing = batch - (batchSizes[t] ?? 0);
    const step = steps[t];
    if (step === undefined) return filler(batch);
    return missing === 0 ? step : cat([step, filler(missing)], 0);
  });
  const padded = reordered(cat(rows, 0).reshape([time, batch, ...rest]), packed.unsortedIndices, 1);
  const lengths = Array.from({ length: batch }, (_, n) => batchSizes.filter((size) => size > n).length);
  const unsorted = packed.unsortedIndices?.map((at) => lengths[at] as number) ?? lengths;
  return [batchFirst ? padded.transpose(0, 1) : padded, unsorted];
}

/** Sequences [T_n, …] as one tensor [T, N, …], the short ones padded at their end (`pad_sequence`). */
export function padSequence(
  sequences: readonly Tensor[],
  { batchFirst = false, paddingValue = 0 }: Omit<PadOptions, "totalLength"> = {},
): Tensor {
  const [first] = sequences;
  if (first === undefined) throw new ArgumentError("padSequence", "expected at least one sequence, got none");
  const time = Math.max(...sequences.map((x) => x.shape[0] as number));
  const rows = sequences.map((x) => {
    if (x.ndim === 0 || x.shape.slice(1).join() !== first.shape.slice(1).join())
      throw new ShapeError(
        "padSequence",
        `expected sequences of shape [T, ${first.shape.slice(1).join(", ")}], got ${formatShape(x.shape)}`,
      );
    const sides = new Array<number>(2 * x.ndim).fill(0);
    sides[2 * x.ndim - 1] = time - (x.shape[0] as number);
    return x.pad(sides, "constant", paddingValue).unsqueeze(0);
  });
  const padded = cat(rows, 0);
  return batchFirst ? padded : padded.transpose(0, 1);
}

/** Packs sequences [T_n, …] (`pack_sequence`). */
export const packSequence = (
  sequences: readonly Tensor[],
  options: Pick<PackOptions, "enforceSorted"> = {},
): PackedSequence =>
  packPaddedSequence(
    padSequence(sequences),
    sequences.map((x) => x.shape[0] as number),
    options,
  );
