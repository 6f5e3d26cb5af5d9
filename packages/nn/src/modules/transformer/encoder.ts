/** Transformer encoders (`torch.nn.TransformerEncoder`, Vaswani et al. 2017). */
import type { Arguments, Tensor } from "@flambeau/core";
import { bind } from "../layer.js";
import {
  attended,
  type LayerArguments,
  type layerNames,
  TransformerLayer,
  TransformerStack,
} from "./layer.js";

const layerForward = ["srcMask", "srcKeyPaddingMask"] as const;
type LayerForward = [srcMask?: Tensor | null, srcKeyPaddingMask?: Tensor | null];

/**
 * Self-attention, then a network of two linear maps, each with dropout, added to its input and normalised
 * (before instead with normFirst). forward takes src [S, N, dModel] ([N, S, dModel] with batchFirst, or [S,
 * dModel]) and the masks of `MultiheadAttention`.
 */
export class TransformerEncoderLayer extends TransformerLayer {
  constructor(...args: Arguments<LayerArguments, typeof layerNames>) {
    super("TransformerEncoderLayer", args as readonly unknown[], false);
  }

  override forward(src: Tensor, ...rest: Arguments<LayerForward, typeof layerForward>): Tensor {
    const [mask, padding] = bind<LayerForward>(
      "TransformerEncoderLayer",
      layerForward,
      rest as readonly unknown[],
    );
    const { selfAttn, norm1, norm2, dropout1, dropout2 } = this;
    const x = this.plus(src, norm1, dropout1, (y) => attended(selfAttn, y, y, mask, padding));
    return this.plus(x, norm2, dropout2, (y) => this.feedForward(y));
  }
}

const encoderForward = ["mask", "srcKeyPaddingMask"] as const;
type EncoderForward = [mask?: Tensor | null, srcKeyPaddingMask?: Tensor | null];

/** numLayers copies of a layer in a row, and a final normalisation where one is given. */
export class TransformerEncoder extends TransformerStack<TransformerEncoderLayer> {
  override forward(src: Tensor, ...rest: Arguments<EncoderForward, typeof encoderForward>): Tensor {
    const masks = bind<EncoderForward>("TransformerEncoder", encoderForward, rest as readonly unknown[]);
    return this.through(src, (layer, x) => layer.forward(x, ...masks));
  }
}
