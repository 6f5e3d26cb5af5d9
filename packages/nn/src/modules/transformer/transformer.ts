/** The whole encoder-decoder model (`torch.nn.Transformer`, Vaswani et al. 2017). */
import {
  type Arguments,
  type DeviceLike,
  type DType,
  formatShape,
  full,
  ShapeError,
  type Tensor,
} from "@flambeau/core";
import * as init from "../../init.js";
import { Module } from "../../module.js";
import { bind } from "../layer.js";
import { LayerNorm } from "../norm/index.js";
import { TransformerDecoder, TransformerDecoderLayer } from "./decoder.js";
import { TransformerEncoder, TransformerEncoderLayer } from "./encoder.js";
import type { Activation } from "./layer.js";

const names = [
  "dModel",
  "nhead",
  "numEncoderLayers",
  "numDecoderLayers",
  "dimFeedforward",
  "dropout",
  "activation",
  "customEncoder",
  "customDecoder",
  "layerNormEps",
  "batchFirst",
  "normFirst",
  "device",
  "dtype",
] as const;
type TransformerArguments = [
  dModel?: number,
  nhead?: number,
  numEncoderLayers?: number,
  numDecoderLayers?: number,
  dimFeedforward?: number,
  dropout?: number,
  activation?: Activation,
  customEncoder?: TransformerEncoder | null,
  customDecoder?: TransformerDecoder | null,
  layerNormEps?: number,
  batchFirst?: boolean,
  normFirst?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];
const forwardNames = [
  "srcMask",
  "tgtMask",
  "memoryMask",
  "srcKeyPaddingMask",
  "tgtKeyPaddingMask",
  "memoryKeyPaddingMask",
] as const;
type ForwardArguments = [
  srcMask?: Tensor | null,
  tgtMask?: Tensor | null,
  memoryMask?: Tensor | null,
  srcKeyPaddingMask?: Tensor | null,
  tgtKeyPaddingMask?: Tensor | null,
  memoryKeyPaddingMask?: Tensor | null,
];

/**
 * An encoder of src and a decoder of tgt that attends to it. forward takes src [S, N, dModel], tgt [T, N,
 * dModel] and masks.
 */
export class Transformer extends Module {
  declare encoder: TransformerEncoder;
  declare decoder: TransformerDecoder;
  declare readonly dModel: number;
  declare readonly nhead: number;
  declare readonly batchFirst: boolean;

  constructor(...args: Arguments<TransformerArguments, typeof names>) {
    super();
    const [
      dModel = 512,
      nhead = 8,
      encoderLayers = 6,
      decoderLayers = 6,
      dimFeedforward,
      dropout,
      activation,
      encoder,
      decoder,
      layerNormEps,
      batchFirst = false,
      normFirst,
      device,
      dtype,
    ] = bind<TransformerArguments>("Transformer", names, args as readonly unknown[]);
    const place = { device, dtype };
    const options = {
      dimFeedforward,
      dropout,
      activation,
      layerNormEps,
      batchFirst,
      normFirst,
      ...place,
    };
    const norm = (): LayerNorm => new LayerNorm(dModel, { eps: layerNormEps, ...place });
    this.encoder =
      encoder ??
      new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, options), encoderLayers, norm());
    this.decoder =
      decoder ??
      new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, options), decoderLayers, norm());
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = batchFirst;
    for (const parameter of this.parameters()) if (parameter.ndim > 1) init.xavierUniform_(parameter);
  }

  /** The mask [size, size] that lets no position read a later one: -∞ above the diagonal, 0 elsewhere. */
  static generateSquareSubsequentMask(size: number, device?: DeviceLike): Tensor {
    return full([size, size], -Infinity, { device }).triu(1);
  }

  override forward(
    src: Tensor,
    tgt: Tensor,
    ...rest: Arguments<ForwardArguments, typeof forwardNames>
  ): Tensor {
    const [mask, tgtMask, memoryMask, srcKeyPaddingMask, ...paddings] = bind<ForwardArguments>(
      "Transformer",
      forwardNames,
      rest as readonly unknown[],
    );
    const batch = this.batchFirst ? 0 : 1;
    if (
      src.shape.at(-1) !== this.dModel ||
      tgt.shape.at(-1) !== this.dModel ||
      (src.ndim === 3 && src.shape[batch] !== tgt.shape[batch])
    )
      throw new ShapeError(
        "Transformer",
        `expected src and tgt of size ${this.dModel} and one batch size, got shapes ${formatShape(src.shape)} and ${formatShape(tgt.shape)}`,
      );
    const memory = this.encoder.forward(src, mask, srcKeyPaddingMask);
    return this.decoder.forward(tgt, memory, tgtMask, memoryMask, ...paddings);
  }
}
