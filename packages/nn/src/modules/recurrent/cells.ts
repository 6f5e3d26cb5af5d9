/** Recurrent layers one step at a time (`torch.nn.RNNCell`, `LSTMCell`, `GRUCell`). */
import {
  ArgumentError,
  type Arguments,
  type DeviceLike,
  type DType,
  empty,
  formatShape,
  ShapeError,
  sameShape,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { linear } from "../../functional/linear.js";
import * as init from "../../init.js";
import { Module } from "../../module.js";
import { Parameter } from "../../parameter.js";
import { bind } from "../layer.js";
import {
  gruStep,
  isNonlinearity,
  lstmStep,
  type Nonlinearity,
  rnnStep,
  type State,
  type Step,
} from "./programs.js";

const cellNames = ["inputSize", "hiddenSize", "bias", "device", "dtype"] as const;
type CellArguments = [
  inputSize: number,
  hiddenSize: number,
  bias?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/** Weights, their initialisation and one step; the state is one tensor or, in an LSTM, two. */
abstract class RNNCellBase extends Module {
  declare weightIh: Parameter;
  declare weightHh: Parameter;
  declare biasIh: Parameter | null;
  declare biasHh: Parameter | null;

  declare readonly inputSize: number;
  declare readonly hiddenSize: number;

  constructor(gates: number, [inputSize, hiddenSize, bias = true, device, dtype]: CellArguments) {
    super();
    const make = (...shape: number[]): Parameter => new Parameter(empty(shape, { device, dtype }));
    const rows = gates * hiddenSize;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weightIh = make(rows, inputSize);
    this.weightHh = make(rows, hiddenSize);
    this.biasIh = bias ? make(rows) : null;
    this.biasHh = bias ? make(rows) : null;
    this.resetParameters();
  }

  /** Uniform in ±1/√hiddenSize. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const parameter of this.parameters()) init.uniform_(parameter, -bound, bound);
  }

  protected run(step: Step, input: Tensor, given: State | null, count: number): State {
    const name = this.constructor.name;
    const shown = `${formatShape(input.shape)}`;
    if ((input.ndim !== 1 && input.ndim !== 2) || input.shape.at(-1) !== this.inputSize)
      throw new ShapeError(
        name,
        `expected an input [N, ${this.inputSize}] or [${this.inputSize}], got shape ${shown}`,
      );
    const alone = input.ndim === 1;
    const x = alone ? input.unsqueeze(0) : input;
    const shape = [x.shape[0] as number, this.hiddenSize];
    const state = Array.from({ length: count }, (_, i) => {
      const part = given?.[i];
      if (part === undefined) return zeros(shape, { dtype: x.dtype, device: x.device });
      const batched = alone && part.ndim === 1 ? part.unsqueeze(0) : part;
      if (!sameShape(batched.shape, shape))
        throw new ShapeError(
          name,
          `expected a state of ${alone ? `[${this.hiddenSize}]` : `${formatShape(shape)}`} for an input ${shown}, got ${formatShape(part.shape)}`,
        );
      return batched;
    });
    const weights = { hidden: this.weightHh, hiddenBias: this.biasHh, projection: null };
    const next = step(linear(x, this.weightIh, this.biasIh), state, weights);
    return alone ? next.map((part) => part.squeeze(0)) : next;
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.biasIh === null ? ", bias=false" : ""}`;
  }
}

const simpleNames = ["inputSize", "hiddenSize", "bias", "nonlinearity", "device", "dtype"] as const;
type SimpleArguments = [
  inputSize: number,
  hiddenSize: number,
  bias?: boolean,
  nonlinearity?: Nonlinearity,
  device?: DeviceLike,
  dtype?: DType,
];

/** From x [N, inputSize] and h [N, hiddenSize], zeros when left out, to the next h; also without N. */
export class RNNCell extends RNNCellBase {
  declare readonly nonlinearity: Nonlinearity;

  constructor(...args: Arguments<SimpleArguments, typeof simpleNames>) {
    const [input, hidden, bias, nonlinearity = "tanh", ...place] = bind<SimpleArguments>(
      "RNNCell",
      simpleNames,
      args as readonly unknown[],
    );
    if (!isNonlinearity(nonlinearity))
      throw new ArgumentError(
        "RNNCell",
        `expected nonlinearity "tanh" or "relu", got "${String(nonlinearity)}"`,
      );
    super(1, [input, hidden, bias, ...place]);
    this.nonlinearity = nonlinearity;
  }
  override forward(input: Tensor, h: Tensor | null = null): Tensor {
    return this.run(rnnStep(this.nonlinearity), input, h === null ? null : [h], 1)[0] as Tensor;
  }
}

/** From x [N, inputSize] and h [N, hiddenSize], zeros when left out, to the next h; also without N. */
export class GRUCell extends RNNCellBase {
  constructor(...args: Arguments<CellArguments, typeof cellNames>) {
    super(3, bind<CellArguments>("GRUCell", cellNames, args as readonly unknown[]));
  }
  override forward(input: Tensor, h: Tensor | null = null): Tensor {
    return this.run(gruStep, input, h === null ? null : [h], 1)[0] as Tensor;
  }
}

/**
 * From x [N, inputSize] and [h, c], each [N, hiddenSize], zeros when left out, to the next [h, c]; also
 * without N.
 */
export class LSTMCell extends RNNCellBase {
  constructor(...args: Arguments<CellArguments, typeof cellNames>) {
    super(4, bind<CellArguments>("LSTMCell", cellNames, args as readonly unknown[]));
  }
  override forward(
    input: Tensor,
    state: readonly [h: Tensor, c: Tensor] | null = null,
  ): [h: Tensor, c: Tensor] {
    return this.run(lstmStep, input, state, 2) as [Tensor, Tensor];
  }
}
