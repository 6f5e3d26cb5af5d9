/** Losses with a weight per class or element (`torch.nn`); forward takes the input and the target. */
import type { Tensor } from "@flambeau/core";
import {
  crossEntropy,
  multilabelSoftMarginLoss,
  multiMarginLoss,
  nllLoss,
} from "../../functional/classification.js";
import { binaryCrossEntropy, binaryCrossEntropyWithLogits } from "../../functional/loss.js";
import { Module } from "../../module.js";
import { bind, type Operator, type OptionsAfter } from "../layer.js";

/** A loss with a weight, which is a buffer: it is moved and saved with the module, as in PyTorch. */
export interface WeightedLoss extends Module {
  weight: Tensor | null;
  forward(input: Tensor, target: Tensor): Tensor;
}

/** Makes the base class of a loss that is an operator of input and target; `weight` and `posWeight` are buffers. */
/* @__NO_SIDE_EFFECTS__ */
function weightedLayer<O extends Operator>(
  name: string,
  operator: O,
): new (
  ...args: OptionsAfter<O, 2>
) => WeightedLoss {
  const run = operator as unknown as (...args: readonly unknown[]) => Tensor;
  const names = operator.optionNames?.slice(1) ?? [];
  const isBuffer = names.map((option) => option === "weight" || option === "posWeight");
  return class extends Module implements WeightedLoss {
    declare weight: Tensor | null;
    declare private readonly options: readonly unknown[];
    constructor(...args: OptionsAfter<O, 2>) {
      super();
      const bound = bind(name, names, args as readonly unknown[]);
      this.options = names.map((option, i) => {
        if (!isBuffer[i]) return bound[i];
        this.registerBuffer(option, (bound[i] as Tensor | undefined) ?? null);
        return null;
      });
    }
    override forward(input: Tensor, target: Tensor): Tensor {
      const options = this.options.map((value, i) => (isBuffer[i] ? this[names[i] as "weight"] : value));
      return run(input, target, ...options);
    }
  };
}

/** Cross entropy of logits with class indices or probabilities. */
export class CrossEntropyLoss extends weightedLayer("CrossEntropyLoss", crossEntropy) {}
/** Negative log likelihood of log-probabilities. */
export class NLLLoss extends weightedLayer("NLLLoss", nllLoss) {}
/** Binary cross entropy of probabilities. */
export class BCELoss extends weightedLayer("BCELoss", binaryCrossEntropy) {}
/** Binary cross entropy of logits. */
export class BCEWithLogitsLoss extends weightedLayer("BCEWithLogitsLoss", binaryCrossEntropyWithLogits) {
  declare posWeight: Tensor | null;
}
/** Mean binary cross entropy over labels. */
export class MultiLabelSoftMarginLoss extends weightedLayer(
  "MultiLabelSoftMarginLoss",
  multilabelSoftMarginLoss,
) {}
/** Hinge of every other class against the target's. */
export class MultiMarginLoss extends weightedLayer("MultiMarginLoss", multiMarginLoss) {}
