/** Transformer decoders (`torch.nn.TransformerDecoder`, Vaswani et al. 2017). */
import type { Arguments, Tensor } from "@flambeau/core";
import type { MultiheadAttention } from "../attention.js";
import type { Dropout } from "../dropout.js";
import { bind } from "../layer.js";
import type { LayerNorm } from "../norm/index.js";
import {
  attended,
  type LayerArguments,
  type layerNames,
  TransformerLayer,
  TransformerStack,
} from "./layer.js";

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
export class TransformerDecoderLayer extends TransformerLayer {
  declare multiheadAttn: MultiheadAttention;
  declare norm3: LayerNorm;
  declare dropout3: Dropout;

  constructor(...args: Arguments<LayerArguments, typeof layerNames>) {
    super("TransformerDecoderLayer", args as readonly unknown[], true);
  }

  override forward(tgt: Tensor, memory: Tensor, ...rest: Arguments<Masks, typeof maskNames>): Tensor {
    const [mask, memoryMask, padding, memoryPadding] = bind<Masks>(
      "TransformerDecoderLayer",
      maskNames,
      rest as readonly unknown[],
    );
    const { selfAttn, multiheadAttn, norm1, norm2, norm3, dropout1, dropout2, dropout3 } = this;
    const read = (y: Tensor): Tensor => attended(multiheadAttn, y, memory, memoryMask, memoryPadding);
    let x = this.plus(tgt, norm1, dropout1, (y) => attended(selfAttn, y, y, mask, padding));
    x = this.plus(x, norm2, dropout2, read);
    return this.plus(x, norm3, dropout3, (y) => this.feedForward(y));
  }
}

/** numLayers copies of a layer in a row, and a final normalisation where one is given. */
export class TransformerDecoder extends TransformerStack<TransformerDecoderLayer> {
  override forward(tgt: Tensor, memory: Tensor, ...rest: Arguments<Masks, typeof maskNames>): Tensor {
    const masks = bind<Masks>("TransformerDecoder", maskNames, rest as readonly unknown[]);
    return this.through(tgt, (layer, x) => layer.forward(x, memory, ...masks));
  }
}
