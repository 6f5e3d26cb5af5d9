/** Tables of vectors reduced bag by bag (`torch.nn.EmbeddingBag`). */
import {
  type Arguments,
  type DeviceLike,
  type DType,
  formatShape,
  ShapeError,
  type Tensor,
} from "@flambeau/core";
import { type BagMode, embeddingBag } from "../functional/embeddingBag.js";
import { Module } from "../module.js";
import type { Parameter } from "../parameter.js";
import { checkIntegers } from "./checks.js";
import { paddingRow, resetTable, tableOf } from "./embedding.js";
import { bind } from "./layer.js";

const names = [
  "numEmbeddings",
  "embeddingDim",
  "maxNorm",
  "normType",
  "scaleGradByFreq",
  "mode",
  "sparse",
  "weight",
  "includeLastOffset",
  "paddingIdx",
  "device",
  "dtype",
] as const;
type BagArguments = [
  numEmbeddings: number,
  embeddingDim: number,
  maxNorm?: number | null,
  normType?: number,
  scaleGradByFreq?: boolean,
  mode?: BagMode,
  sparse?: boolean,
  weight?: Tensor | null,
  includeLastOffset?: boolean,
  paddingIdx?: number | null,
  device?: DeviceLike,
  dtype?: DType,
];
const forwardNames = ["offsets", "perSampleWeights"] as const;
type ForwardArguments = [offsets?: Tensor | null, perSampleWeights?: Tensor | null];

/**
 * The sum, mean or maximum of the vectors that each bag of indices names → [bags, embeddingDim]. forward
 * takes indices [bags, size], or a vector of them and the offsets at which bags begin; rows may be weighted
 * one by one in mode "sum".
 */
export class EmbeddingBag extends Module {
  weight: Parameter;
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly mode: BagMode;
  readonly sparse: boolean;
  readonly includeLastOffset: boolean;

  constructor(...args: Arguments<BagArguments, typeof names>) {
    super();
    const [
      numEmbeddings,
      embeddingDim,
      maxNorm = null,
      normType = 2,
      scaleGradByFreq = false,
      mode = "mean",
      sparse = false,
      weight = null,
      includeLastOffset = false,
      paddingIdx = null,
      device,
      dtype,
    ] = bind<BagArguments>("EmbeddingBag", names, args as readonly unknown[]);
    checkIntegers("EmbeddingBag", { numEmbeddings, embeddingDim }, 0);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingRow("EmbeddingBag", paddingIdx, numEmbeddings);
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    this.mode = mode;
    this.sparse = sparse;
    this.includeLastOffset = includeLastOffset;
    const place = { device, dtype };
    this.weight = tableOf("EmbeddingBag", numEmbeddings, embeddingDim, this.paddingIdx, weight, place);
  }

  /** Bags of given vectors [rows, size], which are not trained further unless `freeze` is false. */
  static fromPretrained(
    embeddings: Tensor,
    { freeze = true, ...options }: { freeze?: boolean; mode?: BagMode; paddingIdx?: number | null } = {},
  ): EmbeddingBag {
    if (embeddings.ndim !== 2)
      throw new ShapeError(
        "EmbeddingBag.fromPretrained",
        `expected embeddings of shape [rows, size], got ${formatShape(embeddings.shape)}`,
      );
    const [rows, size] = embeddings.shape as unknown as [number, number];
    const layer = new EmbeddingBag(rows, size, { ...options, weight: embeddings });
    layer.weight.requiresGrad_(!freeze);
    return layer;
  }

  resetParameters(): void {
    resetTable(this.weight, this.paddingIdx);
  }

  override forward(indices: Tensor, ...rest: Arguments<ForwardArguments, typeof forwardNames>): Tensor {
    const [offsets = null, perSampleWeights = null] = bind<ForwardArguments>(
      "EmbeddingBag",
      forwardNames,
      rest as readonly unknown[],
    );
    const { weight, maxNorm, normType, scaleGradByFreq, mode, sparse, includeLastOffset, paddingIdx } = this;
    return embeddingBag(indices, weight, {
      offsets,
      maxNorm,
      normType,
      scaleGradByFreq,
      mode,
      sparse,
      perSampleWeights,
      includeLastOffset,
      paddingIdx,
    });
  }
  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}, mode="${this.mode}"`;
  }
}
