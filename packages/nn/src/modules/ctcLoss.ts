/** Connectionist temporal classification (`torch.nn.CTCLoss`, Graves et al. 2006). */
import type { Arguments, Tensor } from "@flambeau/core";
import { ctcLoss } from "../functional/ctc.js";
import type { Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { bind } from "./layer.js";

const names = ["blank", "reduction", "zeroInfinity"] as const;
type Options = [blank?: number, reduction?: Reduction, zeroInfinity?: boolean];
type Lengths = Tensor | readonly number[];

/** forward takes log-probabilities [T, N, C] (or [T, C]), targets and the lengths of both. */
export class CTCLoss extends Module {
  declare private readonly options: Options;
  constructor(...args: Arguments<Options, typeof names>) {
    super();
    this.options = bind<Options>("CTCLoss", names, args as readonly unknown[]);
  }
  override forward(logProbs: Tensor, targets: Tensor, inputLengths: Lengths, targetLengths: Lengths): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, ...this.options);
  }
}
