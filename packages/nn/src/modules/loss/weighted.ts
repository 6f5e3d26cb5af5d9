/** Losses with a weight per class or element (`torch.nn`); forward takes the input and the target. */
import type { Arguments, Tensor } from "@flambeau/core";
import * as classification from "../../functional/classification.js";
import * as loss from "../../functional/loss.js";
import { Module } from "../../module.js";
import { bind } from "../layer.js";
import { type Flag, type Plain, plainNames, type Two } from "./options.js";

type Reduction = loss.Reduction;

/** A loss with a weight, which is a buffer: it is moved and saved with the module, as in PyTorch. */
export interface WeightedLoss extends Module {
  weight: Tensor | null;
  forward(input: Tensor, target: Tensor): Tensor;
}

/** Makes the base class of a loss `run` of its options, of which `weight` and `posWeight` are buffers. */
/* @__NO_SIDE_EFFECTS__ */
function weightedLayer<P extends readonly unknown[], const N extends readonly string[]>(
  name: string,
  names: N,
  run: (...args: [...Two, ...P]) => Tensor,
): new (
  ...args: Arguments<P, N>
) => WeightedLoss {
  const isBuffer = names.map((option) => option === "weight" || option === "posWeight");
  return class extends Module implements WeightedLoss {
    declare weight: Tensor | null;
    private readonly options: readonly unknown[];
    constructor(...args: Arguments<P, N>) {
      super();
      const bound = bind<P>(name, names, args as readonly unknown[]);
      this.options = names.map((option, i) => {
        if (!isBuffer[i]) return bound[i];
        this.registerBuffer(option, (bound[i] as Tensor | undefined) ?? null);
        return null;
      });
    }
    override forward(input: Tensor, target: Tensor): Tensor {
      const options = this.options.map((value, i) => (isBuffer[i] ? this[names[i] as "weight"] : value));
      return run(input, target, ...(options as unknown as P));
    }
  };
}

const crossNames = ["weight", "sizeAverage", "ignoreIndex", "reduce", "reduction", "labelSmoothing"] as const;
type CrossOptions = [
  weight?: Tensor | null,
  sizeAverage?: Flag,
  ignoreIndex?: number,
  reduce?: Flag,
  reduction?: Reduction,
  labelSmoothing?: number,
];
/** Cross entropy of logits with class indices or probabilities. */
export class CrossEntropyLoss extends weightedLayer<CrossOptions, typeof crossNames>(
  "CrossEntropyLoss",
  crossNames,
  classification.crossEntropy,
) {}

const nllNames = ["weight", "sizeAverage", "ignoreIndex", "reduce", "reduction"] as const;
type NllOptions = [
  weight?: Tensor | null,
  sizeAverage?: Flag,
  ignoreIndex?: number,
  reduce?: Flag,
  reduction?: Reduction,
];
/** Negative log likelihood of log-probabilities. */
export class NLLLoss extends weightedLayer<NllOptions, typeof nllNames>(
  "NLLLoss",
  nllNames,
  classification.nllLoss,
) {}

const bceNames = ["weight", ...plainNames] as const;
type BceOptions = [weight?: Tensor | null, ...Plain];
/** Binary cross entropy of probabilities. */
export class BCELoss extends weightedLayer<BceOptions, typeof bceNames>(
  "BCELoss",
  bceNames,
  loss.binaryCrossEntropy,
) {}

const logitsNames = [...bceNames, "posWeight"] as const;
type LogitsOptions = [...BceOptions, posWeight?: Tensor | null];
/** Binary cross entropy of logits. */
export class BCEWithLogitsLoss extends weightedLayer<LogitsOptions, typeof logitsNames>(
  "BCEWithLogitsLoss",
  logitsNames,
  loss.binaryCrossEntropyWithLogits,
) {
  declare posWeight: Tensor | null;
}

/** Mean binary cross entropy over labels. */
export class MultiLabelSoftMarginLoss extends weightedLayer<BceOptions, typeof bceNames>(
  "MultiLabelSoftMarginLoss",
  bceNames,
  classification.multilabelSoftMarginLoss,
) {}

const multiNames = ["p", "margin", "weight", ...plainNames] as const;
type MultiOptions = [p?: number, margin?: number, weight?: Tensor | null, ...Plain];
/** Hinge of every other class against the target's. */
export class MultiMarginLoss extends weightedLayer<MultiOptions, typeof multiNames>(
  "MultiMarginLoss",
  multiNames,
  classification.multiMarginLoss,
) {}
