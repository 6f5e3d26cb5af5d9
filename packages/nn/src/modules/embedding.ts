/** Tables of vectors (`torch.nn.Embedding`). */
import {
  ArgumentError,
  type Arguments,
  type DeviceLike,
  type DType,
  empty,
  formatShape,
  noGrad,
  ShapeError,
  sameShape,
  type Tensor,
} from "@flambeau/core";
import * as F from "../functional/linear.js";
import * as init from "../init.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { checkIntegers } from "./checks.js";
import { bind } from "./layer.js";

const names = [
  "numEmbeddings",
  "embeddingDim",
  "paddingIdx",
  "maxNorm",
  "normType",
  "scaleGradByFreq",
  "sparse",
  "weight",
  "device",
  "dtype",
] as const;
type EmbeddingArguments = [
  numEmbeddings: number,
  embeddingDim: number,
  paddingIdx?: number | null,
  maxNorm?: number | null,
  normType?: number,
  scaleGradByFreq?: boolean,
  sparse?: boolean,
  weight?: Tensor | null,
  device?: DeviceLike,
  dtype?: DType,
];

/** The row a padding index names, counted from the end where negative; null for none. */
export function paddingRow(op: string, paddingIdx: number | null, rows: number): number | null {
  if (paddingIdx === null) return null;
  const row = paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  if (!Number.isInteger(paddingIdx) || row < 0 || row >= rows)
    throw new ArgumentError(op, `expected paddingIdx within ${rows} embeddings, got ${paddingIdx}`);
  return row;
}

/**
 * A table [rows, size] as a parameter: the values given, or standard normal ones with a zero row for padding.
 */
export function tableOf(
  op: string,
  rows: number,
  size: number,
  padding: number | null,
  given: Tensor | null,
  place: { device?: DeviceLike; dtype?: DType },
): Parameter {
  if (given === null) {
    const table = new Parameter(empty([rows, size], place));
    resetTable(table, padding);
    return table;
  }
  if (!sameShape(given.shape, [rows, size]))
    throw new ShapeError(
      op,
      `expected a weight of shape [${rows}, ${size}], got ${formatShape(given.shape)}`,
    );
  return given instanceof Parameter ? given : new Parameter(given);
}

export function resetTable(table: Tensor, padding: number | null): void {
  init.normal_(table);
  if (padding !== null) noGrad(() => table.select(0, padding).zero_());
}

/**
 * A table of vectors: indices [...] → [..., embeddingDim]. weight starts standard normal, the padding row
 * zero and without gradients.
 */
export class Embedding extends Module {
  weight: Parameter;
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly sparse: boolean;

  constructor(...args: Arguments<EmbeddingArguments, typeof names>) {
    super();
    const [
      numEmbeddings,
      embeddingDim,
      paddingIdx = null,
      maxNorm = null,
      normType = 2,
      scaleGradByFreq = false,
      sparse = false,
      weight = null,
      device,
      dtype,
    ] = bind<EmbeddingArguments>("Embedding", names, args as readonly unknown[]);
    checkIntegers("Embedding", { numEmbeddings, embeddingDim }, 0);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingRow("Embedding", paddingIdx, numEmbeddings);
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    this.sparse = sparse;
    this.weight = tableOf("Embedding", numEmbeddings, embeddingDim, this.paddingIdx, weight, {
      device,
      dtype,
    });
  }

  /** An embedding of given vectors [rows, size], which are not trained further unless `freeze` is false. */
  static fromPretrained(
    embeddings: Tensor,
    {
      freeze = true,
      ...options
    }: { freeze?: boolean; paddingIdx?: number | null; maxNorm?: number | null } = {},
  ): Embedding {
    if (embeddings.ndim !== 2)
      throw new ShapeError(
        "Embedding.fromPretrained",
        `expected embeddings of shape [rows, size], got ${formatShape(embeddings.shape)}`,
      );
    const [rows, size] = embeddings.shape as unknown as [number, number];
    const layer = new Embedding(rows, size, { ...options, weight: embeddings });
    layer.weight.requiresGrad_(!freeze);
    return layer;
  }

  resetParameters(): void {
    resetTable(this.weight, this.paddingIdx);
  }

  override forward(indices: Tensor): Tensor {
    const { weight, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse } = this;
    return F.embedding(indices, weight, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse);
  }
  override extraRepr(): string {
    const shown = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    if (this.paddingIdx !== null) shown.push(`paddingIdx=${this.paddingIdx}`);
    if (this.maxNorm !== null) shown.push(`maxNorm=${this.maxNorm}`);
    return shown.join(", ");
  }
}
