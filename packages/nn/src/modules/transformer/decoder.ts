/** Transformer decoders (`torch.nn.TransformerDecoder`, Vaswani et al. 2017). */
import type { Arguments, Tensor } from "@flambeau/core";
import { Module } from "../../module.js";
import { MultiheadAttention } from "../attention.js";
import { ModuleList } from "../container/index.js";
import { Dropout } from "../dropout.js";
import { bind } from "../layer.js";
import { Linear } from "../linear.js";
import { LayerNorm } from "../norm/index.js";
import { activationOf, type LayerArguments, layerNames } from "./feedForward.js";

const maskNames = ["tgtMask", "memoryMask", "tgtKeyPaddingMask", "memoryKeyPaddingMask"] as const;
type Masks = [
  tgtMask?: Tensor | null,
  memoryMask?: Tensor | null,
  tgtKeyPaddingMask?: Tensor | null,
  memoryKeyPaddingMask?: Tensor | null,
];

/**
 * Self-attention, attention to what the encoder gave, then a network of two linear maps, each with dropout,
 * added to its input and normalised (before instead with normFirst). forward takes tgt [T, N, dModel] and
 * memory [S, N, dModel] ([N, T, dModel] … with batchFirst, or without N) and the masks of
 * `MultiheadAttention`, for tgt and for memory.
 */
export class TransformerDecoderLayer extends Module {
  selfAttn: MultiheadAttention;
  multiheadAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  readonly normFirst: boolean;
  readonly activation: (x: Tensor) => Tensor;

  constructor(...args: Arguments<LayerArguments, typeof layerNames>) {
    super();
    const name = "TransformerDecoderLayer";
    const [
      size,
      heads,
      inner = 2048,
      p = 0.1,
      activation = "relu",
      eps = 1e-5,
      batchFirst = false,
      normFirst = false,
      device,
      dtype,
    ] = bind<LayerArguments>(name, layerNames, args as readonly unknown[]);
    const place = { device, dtype };
    this.selfAttn = new MultiheadAttention(size, heads, { dropout: p, batchFirst, ...place });
    this.multiheadAttn = new MultiheadAttention(size, heads, { dropout: p, batchFirst, ...place });
    this.linear1 = new Linear(size, inner, place);
    this.dropout = new Dropout(p);
    this.linear2 = new Linear(inner, size, place);
    this.norm1 = new LayerNorm(size, { eps, ...place });
    this.norm2 = new LayerNorm(size, { eps, ...place });
    this.norm3 = new LayerNorm(size, { eps, ...place });
    this.dropout1 = new Dropout(p);
    this.dropout2 = new Dropout(p);
    this.dropout3 = new Dropout(p);
    this.normFirst = normFirst;
    this.activation = activationOf(name, activation);
  }

  override forward(tgt: Tensor, memory: Tensor, ...rest: Arguments<Masks, typeof maskNames>): Tensor {
    const [tgtMask = null, memoryMask = null, tgtKeyPaddingMask = null, memoryKeyPaddingMask = null] =
      bind<Masks>("TransformerDecoderLayer", maskNames, rest as readonly unknown[]);
    const attend = (x: Tensor): Tensor => {
      const masks = { attnMask: tgtMask, keyPaddingMask: tgtKeyPaddingMask, needWeights: false };
      return this.dropout1.forward(this.selfAttn.forward(x, x, x, masks)[0]);
    };
    const recall = (x: Tensor): Tensor => {
      const masks = { attnMask: memoryMask, keyPaddingMask: memoryKeyPaddingMask, needWeights: false };
      return this.dropout2.forward(this.multiheadAttn.forward(x, memory, memory, masks)[0]);
    };
    const feed = (x: Tensor): Tensor => {
      const y = this.dropout.forward(this.activation(this.linear1.forward(x)));
      return this.dropout3.forward(this.linear2.forward(y));
    };
    let x = tgt;
    for (const [part, norm] of [
      [attend, this.norm1],
      [recall, this.norm2],
      [feed, this.norm3],
    ] as const)
      x = this.normFirst ? x.add(part(norm.forward(x))) : norm.forward(x.add(part(x)));
    return x;
  }
}

/** numLayers copies of a layer in a row, and a final normalisation where one is given. */
export class TransformerDecoder extends Module {
  layers: ModuleList<TransformerDecoderLayer>;
  norm: LayerNorm | null;

  constructor(decoderLayer: TransformerDecoderLayer, numLayers: number, norm: LayerNorm | null = null) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, () => decoderLayer.clone()));
    this.norm = norm;
  }

  override forward(tgt: Tensor, memory: Tensor, ...rest: Arguments<Masks, typeof maskNames>): Tensor {
    const [tgtMask = null, memoryMask = null, tgtKeyPaddingMask = null, memoryKeyPaddingMask = null] =
      bind<Masks>("TransformerDecoder", maskNames, rest as readonly unknown[]);
    let x = tgt;
    for (const layer of this.layers)
      x = layer.forward(x, memory, { tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask });
    return this.norm === null ? x : this.norm.forward(x);
  }
}
