/** Losses with a weight per class or element (`torch.nn`); forward takes the input and the target. */
import type { Arguments, Tensor } from "@flambeau/core";
import * as classification from "../../functional/classification.js";
import * as loss from "../../functional/loss.js";
import { Module } from "../../module.js";
import { bind } from "../layer.js";
import { type Flag, type Plain, plainNames } from "./options.js";

type Reduction = loss.Reduction;

/** A loss with a weight, which is saved with the module as PyTorch does. */
abstract class Weighted extends Module {
  declare weight: Tensor | null;
  constructor(weight: Tensor | null | undefined) {
    super();
    this.registerBuffer("weight", weight ?? null);
  }
  protected abstract loss(input: Tensor, target: Tensor): Tensor;
  override forward(input: Tensor, target: Tensor): Tensor {
    return this.loss(input, target);
  }
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
export class CrossEntropyLoss extends Weighted {
  private readonly options: CrossOptions;
  constructor(...args: Arguments<CrossOptions, typeof crossNames>) {
    const [weight, ...rest] = bind<CrossOptions>("CrossEntropyLoss", crossNames, args as readonly unknown[]);
    super(weight);
    this.options = [null, ...rest];
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    const [, ...rest] = this.options;
    return classification.crossEntropy(input, target, this.weight, ...rest);
  }
}

const nllNames = ["weight", "sizeAverage", "ignoreIndex", "reduce", "reduction"] as const;
type NllOptions = [
  weight?: Tensor | null,
  sizeAverage?: Flag,
  ignoreIndex?: number,
  reduce?: Flag,
  reduction?: Reduction,
];
/** Negative log likelihood of log-probabilities. */
export class NLLLoss extends Weighted {
  private readonly options: NllOptions;
  constructor(...args: Arguments<NllOptions, typeof nllNames>) {
    const [weight, ...rest] = bind<NllOptions>("NLLLoss", nllNames, args as readonly unknown[]);
    super(weight);
    this.options = [null, ...rest];
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    const [, ...rest] = this.options;
    return classification.nllLoss(input, target, this.weight, ...rest);
  }
}

const bceNames = ["weight", ...plainNames] as const;
type BceOptions = [weight?: Tensor | null, ...Plain];
/** Binary cross entropy of probabilities. */
export class BCELoss extends Weighted {
  private readonly options: Plain;
  constructor(...args: Arguments<BceOptions, typeof bceNames>) {
    const [weight, ...rest] = bind<BceOptions>("BCELoss", bceNames, args as readonly unknown[]);
    super(weight);
    this.options = rest;
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    return loss.binaryCrossEntropy(input, target, this.weight, ...this.options);
  }
}

const logitsNames = [...bceNames, "posWeight"] as const;
type LogitsOptions = [...BceOptions, posWeight?: Tensor | null];
/** Binary cross entropy of logits. */
export class BCEWithLogitsLoss extends Weighted {
  private readonly options: Plain;
  declare posWeight: Tensor | null;
  constructor(...args: Arguments<LogitsOptions, typeof logitsNames>) {
    const [weight, sizeAverage, reduce, reduction, posWeight] = bind<LogitsOptions>(
      "BCEWithLogitsLoss",
      logitsNames,
      args as readonly unknown[],
    );
    super(weight);
    this.registerBuffer("posWeight", posWeight ?? null);
    this.options = [sizeAverage, reduce, reduction];
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    const [sizeAverage, reduce, reduction] = this.options;
    return loss.binaryCrossEntropyWithLogits(
      input,
      target,
      this.weight,
      sizeAverage,
      reduce,
      reduction,
      this.posWeight,
    );
  }
}

/** Mean binary cross entropy over labels. */
export class MultiLabelSoftMarginLoss extends Weighted {
  private readonly options: Plain;
  constructor(...args: Arguments<BceOptions, typeof bceNames>) {
    const [weight, ...rest] = bind<BceOptions>(
      "MultiLabelSoftMarginLoss",
      bceNames,
      args as readonly unknown[],
    );
    super(weight);
    this.options = rest;
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    return classification.multilabelSoftMarginLoss(input, target, this.weight, ...this.options);
  }
}

const multiNames = ["p", "margin", "weight", ...plainNames] as const;
type MultiOptions = [p?: number, margin?: number, weight?: Tensor | null, ...Plain];
/** Hinge of every other class against the target's. */
export class MultiMarginLoss extends Weighted {
  private readonly p: number;
  private readonly margin: number;
  private readonly options: Plain;
  constructor(...args: Arguments<MultiOptions, typeof multiNames>) {
    const [p = 1, margin = 1, weight, ...rest] = bind<MultiOptions>(
      "MultiMarginLoss",
      multiNames,
      args as readonly unknown[],
    );
    super(weight);
    this.p = p;
    this.margin = margin;
    this.options = rest;
  }
  protected override loss(input: Tensor, target: Tensor): Tensor {
    return classification.multiMarginLoss(input, target, this.p, this.margin, this.weight, ...this.options);
  }
}
