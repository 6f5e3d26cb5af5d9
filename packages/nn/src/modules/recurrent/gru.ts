/** The gated recurrent unit (`torch.nn.GRU`, Cho et al. 2014). */
import type { Arguments, Tensor } from "@flambeau/core";
import type { PackedSequence } from "../../utils/packedSequence.js";
import { bind } from "../layer.js";
import { type RecurrentArguments, RNNBase, recurrentNames } from "./base.js";
import { gruStep } from "./programs.js";

/**
 * Reset, update and candidate gates, in this order in the weights. forward takes x [T, N, inputSize] ([N, T,
 * inputSize] with batchFirst, [T, inputSize] alone, or packed) and h₀ [layers · directions, N, hiddenSize],
 * zeros when left out, and returns the last layer's h of every step [T, N, directions · hiddenSize] and the
 * last h of every layer.
 */
export class GRU extends RNNBase {
  constructor(...args: Arguments<RecurrentArguments, typeof recurrentNames>) {
    const common = bind<RecurrentArguments>("GRU", recurrentNames, args as readonly unknown[]);
    super({ name: "GRU", gates: 3, step: gruStep }, common);
  }

  override forward(input: Tensor, h0?: Tensor | null): [output: Tensor, h: Tensor];
  override forward(input: PackedSequence, h0?: Tensor | null): [output: PackedSequence, h: Tensor];
  override forward(input: Tensor | PackedSequence, h0: Tensor | null = null): unknown {
    const { output, final } = this.run(input, h0 === null ? null : [h0], [this.hiddenSize]);
    return [output, final[0]];
  }
}
