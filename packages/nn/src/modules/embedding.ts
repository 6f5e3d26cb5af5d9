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
import { differing } from "./repr.js";

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
export type EmbeddingArguments = [
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

/** What Embedding and EmbeddingBag share: the table and how rows are looked up in it. */
export abstract class Table extends Module {
  declare weight: Parameter;
  declare readonly numEmbeddings: number;
  declare readonly embeddingDim: number;
  declare readonly paddingIdx: number | null;
  declare readonly maxNorm: number | null;
  declare readonly normType: number;
  declare readonly scaleGradByFreq: boolean;
  declare readonly sparse: boolean;

  constructor(name: string, options: EmbeddingArguments) {
    super();
    const [rows, size, paddingIdx = null, maxNorm = null, normType = 2, ...rest] = options;
    const [scaleGradByFreq = false, sparse = false, weight = null, device, dtype] = rest;
    checkIntegers(name, { numEmbeddings: rows, embeddingDim: size }, 0);
    // Negative indices count from the end.
    const padding = paddingIdx !== null && paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
    if (padding !== null && (!Number.isInteger(padding) || padding < 0 || padding >= rows))
      throw new ArgumentError(name, `expected paddingIdx within ${rows} embeddings, got ${paddingIdx}`);
    if (weight !== null && !sameShape(weight.shape, [rows, size]))
      throw new ShapeError(
        name,
        `expected a weight of shape [${rows}, ${size}], got ${formatShape(weight.shape)}`,
      );
    this.numEmbeddings = rows;
    this.embeddingDim = size;
    this.paddingIdx = padding;
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    this.sparse = sparse;
    const table = weight ?? empty([rows, size], { device, dtype });
    this.weight = table instanceof Parameter ? table : new Parameter(table);
    if (weight === null) this.resetParameters();
  }

  /** Standard normal, and 0 in the row for padding. */
  resetParameters(): void {
    const { weight, paddingIdx } = this;
    init.normal_(weight);
    if (paddingIdx !== null) noGrad(() => weight.select(0, paddingIdx).zero_());
  }
}

/** The layer that `make` makes for given vectors [rows, size], which are not trained further where it is frozen. */
export function pretrained<T extends Table>(
  name: string,
  embeddings: Tensor,
  freeze: boolean,
  make: (rows: number, size: number) => T,
): T {
  if (embeddings.ndim !== 2)
    throw new ShapeError(
      `${name}.fromPretrained`,
      `expected embeddings of shape [rows, size], got ${formatShape(embeddings.shape)}`,
    );
  const layer = make(...(embeddings.shape as unknown as [number, number]));
  layer.weight.requiresGrad_(!freeze);
  return layer;
}

/**
 * A table of vectors: indices [...] → [..., embeddingDim]. weight starts standard normal, the padding row
 * zero and without gradients.
 */
export class Embedding extends Table {
  constructor(...args: Arguments<EmbeddingArguments, typeof names>) {
    super("Embedding", bind<EmbeddingArguments>("Embedding", names, args as readonly unknown[]));
  }

  /** An embedding of given vectors [rows, size], which are not trained further unless `freeze` is false. */
  static fromPretrained(
    embeddings: Tensor,
    {
      freeze = true,
      ...options
    }: { freeze?: boolean; paddingIdx?: number | null; maxNorm?: number | null } = {},
  ): Embedding {
    const make = (rows: number, size: number): Embedding =>
      new Embedding(rows, size, { ...options, weight: embeddings });
    return pretrained("Embedding", embeddings, freeze, make);
  }

  override forward(indices: Tensor): Tensor {
    const { weight, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse } = this;
    return F.embedding(indices, weight, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse);
  }
  override extraRepr(): string {
    return [
      this.numEmbeddings,
      this.embeddingDim,
      ...differing(this, { paddingIdx: null, maxNorm: null }),
    ].join(", ");
  }
}
