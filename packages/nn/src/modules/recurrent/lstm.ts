/** The long short-term memory (`torch.nn.LSTM`, Hochreiter & Schmidhuber 1997). */
import type { Arguments, DeviceLike, DType, Tensor } from "@flambeau/core";
import type { PackedSequence } from "../../utils/packedSequence.js";
import { bind } from "../layer.js";
import { type RecurrentArguments, RNNBase } from "./base.js";
import { lstmStep } from "./programs.js";

const names = [
  "inputSize",
  "hiddenSize",
  "numLayers",
  "bias",
  "batchFirst",
  "dropout",
  "bidirectional",
  "projSize",
  "device",
  "dtype",
] as const;
type LSTMArguments = [
  inputSize: number,
  hiddenSize: number,
  numLayers?: number,
  bias?: boolean,
  batchFirst?: boolean,
  dropout?: number,
  bidirectional?: boolean,
  projSize?: number,
  device?: DeviceLike,
  dtype?: DType,
];
type Pair = readonly [h: Tensor, c: Tensor];

/**
 * Input, forget, cell and output gates, in this order in the weights; with projSize, h is a projection of
 * that size (Sak et al. 2014). forward takes x [T, N, inputSize] ([N, T, inputSize] with batchFirst, [T,
 * inputSize] alone, or packed) and [h₀, c₀], each [layers · directions, N, size], zeros when left out, and
 * returns the last layer's h of every step [T, N, directions · size] and the last [h, c] of every layer.
 */
export class LSTM extends RNNBase {
  constructor(...args: Arguments<LSTMArguments, typeof names>) {
    const bound = bind<LSTMArguments>("LSTM", names, args as readonly unknown[]);
    const projSize = bound[7];
    super({ name: "LSTM", gates: 4, step: lstmStep, projSize }, bound.toSpliced(7, 1) as RecurrentArguments);
  }

  override forward(input: Tensor, state?: Pair | null): [output: Tensor, state: Pair];
  override forward(input: PackedSequence, state?: Pair | null): [output: PackedSequence, state: Pair];
  override forward(input: Tensor | PackedSequence, state: Pair | null = null): unknown {
    const { output, final } = this.run(input, state, [this.outputSize, this.hiddenSize]);
    return [output, final];
  }
}
