/** Losses that are only their options (`torch.nn`); forward takes the input and the target. */
import type { Tensor } from "@flambeau/core";
import * as classification from "../../functional/classification.js";
import * as loss from "../../functional/loss.js";
import { operatorLayer } from "../layer.js";
import { type Flag, type Plain, plainNames, type Three, type Two } from "./options.js";

type Reduction = loss.Reduction;

type PlainLoss = (...args: [...Two, ...Plain]) => Tensor;
const plain = (name: string, run: PlainLoss) =>
  operatorLayer<Plain, typeof plainNames, Two>(name, plainNames, run, 2);

export class MSELoss extends plain("MSELoss", loss.mseLoss) {}
export class L1Loss extends plain("L1Loss", loss.l1Loss) {}
export class SoftMarginLoss extends plain("SoftMarginLoss", loss.softMarginLoss) {}
export class MultiLabelMarginLoss extends plain(
  "MultiLabelMarginLoss",
  classification.multilabelMarginLoss,
) {}

const betaNames = [...plainNames, "beta"] as const;
export class SmoothL1Loss extends operatorLayer<[...Plain, beta?: number], typeof betaNames, Two>(
  "SmoothL1Loss",
  betaNames,
  loss.smoothL1Loss,
  2,
) {}
const huberNames = ["reduction", "delta"] as const;
export class HuberLoss extends operatorLayer<[reduction?: Reduction, delta?: number], typeof huberNames, Two>(
  "HuberLoss",
  huberNames,
  loss.huberLoss,
  2,
) {}
const klNames = [...plainNames, "logTarget"] as const;
export class KLDivLoss extends operatorLayer<
  [sizeAverage?: Flag, reduce?: Flag, reduction?: Reduction | "batchmean", logTarget?: boolean],
  typeof klNames,
  Two
>("KLDivLoss", klNames, loss.klDiv, 2) {}
const poissonNames = ["logInput", "full", "sizeAverage", "eps", "reduce", "reduction"] as const;
type PoissonOptions = [
  logInput?: boolean,
  full?: boolean,
  sizeAverage?: Flag,
  eps?: number,
  reduce?: Flag,
  reduction?: Reduction,
];
export class PoissonNLLLoss extends operatorLayer<PoissonOptions, typeof poissonNames, Two>(
  "PoissonNLLLoss",
  poissonNames,
  loss.poissonNllLoss,
  2,
) {}
const gaussianNames = ["full", "eps", "reduction"] as const;
/** Forward takes input, target and variance. */
export class GaussianNLLLoss extends operatorLayer<
  [full?: boolean, eps?: number, reduction?: Reduction],
  typeof gaussianNames,
  Three
>("GaussianNLLLoss", gaussianNames, loss.gaussianNllLoss, 3) {}
