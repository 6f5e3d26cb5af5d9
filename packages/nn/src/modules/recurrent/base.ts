/**
 * What RNN, LSTM and GRU share: parameters per layer and direction, stacking, and the layouts of input and
 * state.
 */
import {
  ArgumentError,
  cat,
  type DeviceLike,
  type DType,
  empty,
  formatShape,
  ShapeError,
  sameShape,
  stack,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { dropout } from "../../functional/dropout.js";
import { linear } from "../../functional/linear.js";
import * as init from "../../init.js";
import { Module } from "../../module.js";
import { Parameter } from "../../parameter.js";
import { PackedSequence, reordered } from "../../utils/packedSequence.js";
import { differing } from "../repr.js";
import type { State, Step } from "./programs.js";
import { type BatchSizes, unroll } from "./unroll.js";

/** Options that all recurrent layers have, in PyTorch's order. */
export const recurrentNames = [
  "inputSize",
  "hiddenSize",
  "numLayers",
  "bias",
  "batchFirst",
  "dropout",
  "bidirectional",
  "device",
  "dtype",
] as const;
export type RecurrentArguments = [
  inputSize: number,
  hiddenSize: number,
  numLayers?: number,
  bias?: boolean,
  batchFirst?: boolean,
  dropout?: number,
  bidirectional?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/** The one input of a recurrent layer in its inner layout: steps one behind the other. */
interface Steps {
  /** [sum of batchSizes, features] */
  readonly data: Tensor;
  readonly batchSizes: BatchSizes;
  /** Puts results [sum of batchSizes, features] back into the input's layout. */
  restore(output: Tensor): Tensor | PackedSequence;
  /**
   * The state as given, [layers, N, H] or [layers, H], as [layers, N, H] in the order of the steps; and back.
   */
  enter(state: Tensor): Tensor;
  leave(state: Tensor): Tensor;
}

interface Kind {
  readonly name: string;
  /** Hidden sizes in the pre-activations. */
  readonly gates: number;
  readonly step: Step;
  readonly projSize?: number;
}

/** What a layer shows of itself where it is not this. */
const usual = { projSize: 0, numLayers: 1, bias: true, batchFirst: false, dropout: 0, bidirectional: false };

export abstract class RNNBase extends Module {
  declare readonly inputSize: number;
  declare readonly hiddenSize: number;
  declare readonly numLayers: number;
  declare readonly bias: boolean;
  declare readonly batchFirst: boolean;
  declare readonly dropout: number;
  declare readonly bidirectional: boolean;
  declare readonly projSize: number;
  declare private readonly kind: Kind;

  constructor(kind: Kind, args: RecurrentArguments) {
    super();
    const [
      inputSize,
      hiddenSize,
      numLayers = 1,
      bias = true,
      batchFirst = false,
      p = 0,
      bidirectional = false,
      device,
      dtype,
    ] = args;
    const { name, projSize = 0 } = kind;
    for (const [what, n] of Object.entries({ inputSize, hiddenSize, numLayers }))
      if (!Number.isInteger(n) || n < 1)
        throw new ArgumentError(name, `expected ${what} to be a positive integer, got ${n}`);
    if (!(p >= 0 && p <= 1)) throw new ArgumentError(name, `expected dropout from 0 to 1, got ${p}`);
    if (projSize < 0 || projSize >= hiddenSize)
      throw new ArgumentError(
        name,
        `expected projSize from 0 to below hiddenSize ${hiddenSize}, got ${projSize}`,
      );
    this.kind = kind;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = p;
    this.bidirectional = bidirectional;
    this.projSize = projSize;
    this.makeParameters(device, dtype);
    this.resetParameters();
  }

  private get directions(): readonly boolean[] {
    return this.bidirectional ? [false, true] : [false];
  }
  /** Size of what a layer puts out in one direction. */
  protected get outputSize(): number {
    return this.projSize || this.hiddenSize;
  }

  /**
   * weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_hr_l0, then the reverse ones, then the next
   * layer's.
   */
  private makeParameters(device?: DeviceLike, dtype?: DType): void {
    const rows = this.kind.gates * this.hiddenSize;
    const make = (...shape: number[]): Parameter => new Parameter(empty(shape, { device, dtype }));
    for (let layer = 0; layer < this.numLayers; layer++) {
      const features = layer === 0 ? this.inputSize : this.outputSize * this.directions.length;
      for (const backwards of this.directions) {
        const named = (name: string): string => parameterName(name, layer, backwards);
        this.registerParameter(named("weightIh"), make(rows, features));
        this.registerParameter(named("weightHh"), make(rows, this.outputSize));
        if (this.bias) {
          this.registerParameter(named("biasIh"), make(rows));
          this.registerParameter(named("biasHh"), make(rows));
        }
        if (this.projSize > 0)
          this.registerParameter(named("weightHr"), make(this.projSize, this.hiddenSize));
      }
    }
  }

  /** Uniform in ±1/√hiddenSize. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const parameter of this.parameters()) init.uniform_(parameter, -bound, bound);
  }

  private weights(layer: number, backwards: boolean) {
    const at = (name: string): Parameter | null => {
      const found = (this as unknown as Record<string, unknown>)[parameterName(name, layer, backwards)];
      return (found as Parameter | undefined) ?? null;
    };
    return {
      input: at("weightIh") as Parameter,
      inputBias: at("biasIh"),
      hidden: at("weightHh") as Parameter,
      hiddenBias: at("biasHh"),
      projection: at("weightHr"),
    };
  }

  /**
   * Runs all layers. `initial` holds the states [layers · directions, N, size], as many as the kind has, or
   * is null for zeros; returned are the last layer's outputs in the input's layout and the final states.
   */
  protected run(
    input: Tensor | PackedSequence,
    initial: State | null,
    sizes: readonly number[],
  ): { output: Tensor | PackedSequence; final: State } {
    const steps = input instanceof PackedSequence ? this.packedSteps(input) : this.denseSteps(input);
    const { data, batchSizes } = steps;
    if (data.shape[1] !== this.inputSize)
      throw new ShapeError(
        this.kind.name,
        `expected an input whose last size is ${this.inputSize}, got ${data.shape[1]}`,
      );
    const count = this.numLayers * this.directions.length;
    const starts = sizes.map((size, i) => this.start(initial?.[i] ?? null, count, size, steps));

    let output = data;
    const finals: State[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0) output = dropout(output, this.dropout, this.training);
      const below = output;
      const sides = this.directions.map((backwards) => {
        const weights = this.weights(layer, backwards);
        const fromInput = linear(below, weights.input, weights.inputBias);
        const state = starts.map((start) => start.select(0, finals.length));
        const result = unroll(this.kind.step, weights, fromInput, batchSizes, state, backwards);
        finals.push(result.final);
        return result.output;
      });
      output = sides.length === 1 ? (sides[0] as Tensor) : cat(sides, 1);
    }
    const final = sizes.map((_, i) => steps.leave(stack(finals.map((state) => state[i] as Tensor))));
    return { output: steps.restore(output), final };
  }

  private start(given: Tensor | null, count: number, size: number, steps: Steps): Tensor {
    const shape = [count, steps.batchSizes[0] as number, size];
    if (given === null) return zeros(shape, { dtype: steps.data.dtype, device: steps.data.device });
    const state = steps.enter(given);
    if (!sameShape(state.shape, shape))
      throw new ShapeError(
        this.kind.name,
        `expected an initial state of shape ${formatShape(shape)}, got ${formatShape(state.shape)}`,
      );
    return state;
  }

  private denseSteps(input: Tensor): Steps {
    if (input.ndim !== 2 && input.ndim !== 3)
      throw new ShapeError(
        this.kind.name,
        `expected an input of rank 2 or 3, got shape ${formatShape(input.shape)}`,
      );
    const alone = input.ndim === 2;
    const swap = this.batchFirst && !alone;
    const x = alone ? input.unsqueeze(1) : swap ? input.transpose(0, 1) : input;
    const [time, batch, features] = x.shape as unknown as [number, number, number];
    if (time === 0)
      throw new ShapeError(
        this.kind.name,
        `expected at least one time step, got shape ${formatShape(input.shape)}`,
      );
    return {
      data: x.reshape([time * batch, features]),
      batchSizes: new Array<number>(time).fill(batch),
      restore(output) {
        const y = output.reshape([time, batch, -1]);
        return alone ? y.squeeze(1) : swap ? y.transpose(0, 1) : y;
      },
      enter: (state) => (alone && state.ndim === 2 ? state.unsqueeze(1) : state),
      leave: (state) => (alone ? state.squeeze(1) : state),
    };
  }

  private packedSteps(input: PackedSequence): Steps {
    return {
      data: input.data,
      batchSizes: input.batchSizes,
      restore: (output) => input.withData(output),
      enter: (state) => reordered(state, input.sortedIndices, 1),
      leave: (state) => reordered(state, input.unsortedIndices, 1),
    };
  }

  override extraRepr(): string {
    return [this.inputSize, this.hiddenSize, ...differing(this, usual)].join(", ");
  }
}

const parameterName = (name: string, layer: number, backwards: boolean): string =>
  `${name}L${layer}${backwards ? "Reverse" : ""}`;
