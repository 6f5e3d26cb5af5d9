/** The simple recurrent network (`torch.nn.RNN`). */
import { ArgumentError, type Arguments, type DeviceLike, type DType, type Tensor } from "@flambeau/core";
import type { PackedSequence } from "../../utils/packedSequence.js";
import { bind } from "../layer.js";
import { RNNBase, recurrentNames } from "./base.js";
import { isNonlinearity, type Nonlinearity, rnnStep } from "./programs.js";

const [inputSize, hiddenSize, numLayers, ...others] = recurrentNames;
const names = [inputSize, hiddenSize, numLayers, "nonlinearity", ...others] as const;
type RNNArguments = [
  inputSize: number,
  hiddenSize: number,
  numLayers?: number,
  nonlinearity?: Nonlinearity,
  bias?: boolean,
  batchFirst?: boolean,
  dropout?: number,
  bidirectional?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/**
 * h_t = tanh or relu of (W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), in layers and one or both directions.
 * forward takes x [T, N, inputSize] ([N, T, inputSize] with batchFirst, [T, inputSize] alone, or packed) and
 * h₀ [layers · directions, N, hiddenSize], zeros when left out, and returns the last layer's h of every step
 * [T, N, directions · hiddenSize] and the last h of every layer.
 */
export class RNN extends RNNBase {
  declare readonly nonlinearity: Nonlinearity;

  constructor(...args: Arguments<RNNArguments, typeof names>) {
    const [input, hidden, layers, nonlinearity = "tanh", ...rest] = bind<RNNArguments>(
      "RNN",
      names,
      args as readonly unknown[],
    );
    if (!isNonlinearity(nonlinearity))
      throw new ArgumentError("RNN", `expected nonlinearity "tanh" or "relu", got "${String(nonlinearity)}"`);
    super({ name: "RNN", gates: 1, step: rnnStep(nonlinearity) }, [input, hidden, layers, ...rest]);
    this.nonlinearity = nonlinearity;
  }

  override forward(input: Tensor, h0?: Tensor | null): [output: Tensor, h: Tensor];
  override forward(input: PackedSequence, h0?: Tensor | null): [output: PackedSequence, h: Tensor];
  override forward(input: Tensor | PackedSequence, h0: Tensor | null = null): unknown {
    const { output, final } = this.run(input, h0 === null ? null : [h0], [this.hiddenSize]);
    return [output, final[0]];
  }
}
