/** Linear layers and embeddings (`torch.nn`). */
import { type Arguments, type DeviceLike, type DType, empty, noGrad, type Tensor } from "@flambeau/core";
import * as F from "../functional/linear.js";
import * as init from "../init.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { bind } from "./layer.js";

/** Passes its input on. */
export class Identity extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

const linearNames = ["inFeatures", "outFeatures", "bias", "device", "dtype"] as const;
type LinearArguments = [
  inFeatures: number,
  outFeatures: number,
  bias?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/** x [..., inFeatures] → x @ weightᵀ + bias [..., outFeatures]. weight [outFeatures, inFeatures] and bias start uniform in ±1/√inFeatures. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly inFeatures: number;
  readonly outFeatures: number;

  constructor(...args: Arguments<LinearArguments, typeof linearNames>) {
    super();
    const [inFeatures, outFeatures, bias = true, device, dtype] = bind<LinearArguments>(
      "Linear",
      linearNames,
      args as readonly unknown[],
    );
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(empty([outFeatures, inFeatures], { device, dtype }));
    this.bias = bias ? new Parameter(empty([outFeatures], { device, dtype })) : null;
    this.resetParameters();
  }

  resetParameters(): void {
    init.kaimingUniform_(this.weight, Math.sqrt(5));
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    if (this.bias !== null) init.uniform_(this.bias, -bound, bound);
  }

  override forward(x: Tensor): Tensor {
    return F.linear(x, this.weight, this.bias);
  }
  override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}

const bilinearNames = ["in1Features", "in2Features", "outFeatures", "bias", "device", "dtype"] as const;
type BilinearArguments = [
  in1Features: number,
  in2Features: number,
  outFeatures: number,
  bias?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/** x1 W x2ᵀ + bias. */
export class Bilinear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(...args: Arguments<BilinearArguments, typeof bilinearNames>) {
    super();
    const [in1, in2, out, bias = true, device, dtype] = bind<BilinearArguments>(
      "Bilinear",
      bilinearNames,
      args as readonly unknown[],
    );
    this.weight = new Parameter(empty([out, in1, in2], { device, dtype }));
    this.bias = bias ? new Parameter(empty([out], { device, dtype })) : null;
    const bound = 1 / Math.sqrt(in1);
    init.uniform_(this.weight, -bound, bound);
    if (this.bias !== null) init.uniform_(this.bias, -bound, bound);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.bilinear(x1, x2, this.weight, this.bias);
  }
}

const embeddingNames = [
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

/** A table of vectors: indices [...] → [..., embeddingDim]. weight starts standard normal, the padding row zero. */
export class Embedding extends Module {
  readonly weight: Parameter;
  readonly paddingIdx: number | null;
  readonly #options: readonly [
    maxNorm: number | null,
    normType: number,
    scaleGradByFreq: boolean,
    sparse: boolean,
  ];

  constructor(...args: Arguments<EmbeddingArguments, typeof embeddingNames>) {
    super();
    const [
      count,
      size,
      paddingIdx = null,
      maxNorm = null,
      normType = 2,
      scaleGradByFreq = false,
      sparse = false,
      weight = null,
      device,
      dtype,
    ] = bind<EmbeddingArguments>("Embedding", embeddingNames, args as readonly unknown[]);
    this.paddingIdx = paddingIdx;
    this.#options = [maxNorm, normType, scaleGradByFreq, sparse];
    this.weight = new Parameter(weight ?? empty([count, size], { device, dtype }));
    if (weight !== null) return;
    init.normal_(this.weight);
    if (paddingIdx !== null) noGrad(() => this.weight.select(0, paddingIdx).zero_());
  }

  override forward(indices: Tensor): Tensor {
    return F.embedding(indices, this.weight, this.paddingIdx, ...this.#options);
  }
  override extraRepr(): string {
    return this.weight.shape.join(", ");
  }
}
