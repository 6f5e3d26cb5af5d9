/** Transformer encoders (`torch.nn.TransformerEncoder`, Vaswani et al. 2017). */
import type { Arguments, Tensor } from "@flambeau/core";
import { Module } from "../../module.js";
import { MultiheadAttention } from "../attention.js";
import { ModuleList } from "../container/index.js";
import { Dropout } from "../dropout.js";
import { bind } from "../layer.js";
import { Linear } from "../linear.js";
import { LayerNorm } from "../norm/index.js";
import { activationOf, type LayerArguments, layerNames } from "./feedForward.js";

const layerForward = ["srcMask", "srcKeyPaddingMask"] as const;
type LayerForward = [srcMask?: Tensor | null, srcKeyPaddingMask?: Tensor | null];

/**
 * Self-attention, then a network of two linear maps, each with dropout, added to its input and normalised
 * (before instead with normFirst). forward takes src [S, N, dModel] ([N, S, dModel] with batchFirst, or [S,
 * dModel]) and the masks of `MultiheadAttention`.
 */
export class TransformerEncoderLayer extends Module {
  selfAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  readonly normFirst: boolean;
  readonly activation: (x: Tensor) => Tensor;

  constructor(...args: Arguments<LayerArguments, typeof layerNames>) {
    super();
    const name = "TransformerEncoderLayer";
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
    this.linear1 = new Linear(size, inner, place);
    this.dropout = new Dropout(p);
    this.linear2 = new Linear(inner, size, place);
    this.norm1 = new LayerNorm(size, { eps, ...place });
    this.norm2 = new LayerNorm(size, { eps, ...place });
    this.dropout1 = new Dropout(p);
    this.dropout2 = new Dropout(p);
    this.normFirst = normFirst;
    this.activation = activationOf(name, activation);
  }

  override forward(src: Tensor, ...rest: Arguments<LayerForward, typeof layerForward>): Tensor {
    const [attnMask = null, keyPaddingMask = null] = bind<LayerForward>(
      "TransformerEncoderLayer",
      layerForward,
      rest as readonly unknown[],
    );
    const attend = (x: Tensor): Tensor => {
      const [y] = this.selfAttn.forward(x, x, x, { attnMask, keyPaddingMask, needWeights: false });
      return this.dropout1.forward(y);
    };
    const feed = (x: Tensor): Tensor => {
      const y = this.dropout.forward(this.activation(this.linear1.forward(x)));
      return this.dropout2.forward(this.linear2.forward(y));
    };
    if (this.normFirst) {
      const x = src.add(attend(this.norm1.forward(src)));
      return x.add(feed(this.norm2.forward(x)));
    }
    const x = this.norm1.forward(src.add(attend(src)));
    return this.norm2.forward(x.add(feed(x)));
  }
}

const encoderForward = ["mask", "srcKeyPaddingMask"] as const;
type EncoderForward = [mask?: Tensor | null, srcKeyPaddingMask?: Tensor | null];

/** numLayers copies of a layer in a row, and a final normalisation where one is given. */
export class TransformerEncoder extends Module {
  layers: ModuleList<TransformerEncoderLayer>;
  norm: LayerNorm | null;

  constructor(encoderLayer: TransformerEncoderLayer, numLayers: number, norm: LayerNorm | null = null) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, () => encoderLayer.clone()));
    this.norm = norm;
  }

  override forward(src: Tensor, ...rest: Arguments<EncoderForward, typeof encoderForward>): Tensor {
    const [srcMask = null, srcKeyPaddingMask = null] = bind<EncoderForward>(
      "TransformerEncoder",
      encoderForward,
      rest as readonly unknown[],
    );
    let x = src;
    for (const layer of this.layers) x = layer.forward(x, { srcMask, srcKeyPaddingMask });
    return this.norm === null ? x : this.norm.forward(x);
  }
}
