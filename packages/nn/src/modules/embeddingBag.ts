/** Tables of vectors reduced bag by bag (`torch.nn.EmbeddingBag`). */
import type { Arguments, DeviceLike, DType, Tensor } from "@flambeau/core";
import { type BagMode, embeddingBag } from "../functional/embeddingBag.js";
import { pretrained, Table } from "./embedding.js";
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
export class EmbeddingBag extends Table {
  declare readonly mode: BagMode;
  declare readonly includeLastOffset: boolean;

  constructor(...args: Arguments<BagArguments, typeof names>) {
    const [
      rows,
      size,
      maxNorm,
      normType,
      scaleGradByFreq,
      mode = "mean",
      sparse,
      weight,
      includeLastOffset = false,
      paddingIdx,
      device,
      dtype,
    ] = bind<BagArguments>("EmbeddingBag", names, args as readonly unknown[]);
    super("EmbeddingBag", [
      rows,
      size,
      paddingIdx,
      maxNorm,
      normType,
      scaleGradByFreq,
      sparse,
      weight,
      device,
      dtype,
    ]);
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
  }

  /** Bags of given vectors [rows, size], which are not trained further unless `freeze` is false. */
  static fromPretrained(
    embeddings: Tensor,
    { freeze = true, ...options }: { freeze?: boolean; mode?: BagMode; paddingIdx?: number | null } = {},
  ): EmbeddingBag {
    const make = (rows: number, size: number): EmbeddingBag =>
      new EmbeddingBag(rows, size, { ...options, weight: embeddings });
    return pretrained("EmbeddingBag", embeddings, freeze, make);
  }

  override forward(indices: Tensor, ...rest: Arguments<ForwardArguments, typeof forwardNames>): Tensor {
    const [offsets = null, perSampleWeights = null] = bind<ForwardArguments>(
      "EmbeddingBag",
      forwardNames,
      rest as readonly unknown[],
    );
    return embeddingBag(
      indices,
      this.weight,
      offsets,
      this.maxNorm,
      this.normType,
      this.scaleGradByFreq,
      this.mode,
      this.sparse,
      perSampleWeights,
      this.includeLastOffset,
      this.paddingIdx,
    );
  }
  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}, mode="${this.mode}"`;
  }
}
