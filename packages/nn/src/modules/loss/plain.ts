/** Losses that are only their options (`torch.nn`); forward takes the input and the target. */
import type { Tensor } from "@flambeau/core";
import * as classification from "../../functional/classification.js";
import * as loss from "../../functional/loss.js";
import { functionLayer } from "../layer.js";
import { type Flag, type Plain, plainNames } from "./options.js";

type Reduction = loss.Reduction;

type PlainLoss = (
  input: Tensor,
  target: Tensor,
  sizeAverage?: Flag,
  reduce?: Flag,
  reduction?: Reduction,
) => Tensor;
const plain = (name: string, run: PlainLoss) =>
  functionLayer<Plain, typeof plainNames>(name, plainNames, ([input, target], o) =>
    run(input as Tensor, target as Tensor, ...o),
  );

export class MSELoss extends plain("MSELoss", loss.mseLoss) {}
export class L1Loss extends plain("L1Loss", loss.l1Loss) {}
export class SoftMarginLoss extends plain("SoftMarginLoss", loss.softMarginLoss) {}
export class MultiLabelMarginLoss extends plain(
  "MultiLabelMarginLoss",
  classification.multilabelMarginLoss,
) {}

const betaNames = [...plainNames, "beta"] as const;
export class SmoothL1Loss extends functionLayer<[...Plain, beta?: number], typeof betaNames>(
  "SmoothL1Loss",
  betaNames,
  ([x, y], o) => loss.smoothL1Loss(x as Tensor, y as Tensor, ...o),
) {}
const huberNames = ["reduction", "delta"] as const;
export class HuberLoss extends functionLayer<[reduction?: Reduction, delta?: number], typeof huberNames>(
  "HuberLoss",
  huberNames,
  ([x, y], o) => loss.huberLoss(x as Tensor, y as Tensor, ...o),
) {}
const klNames = [...plainNames, "logTarget"] as const;
export class KLDivLoss extends functionLayer<
  [sizeAverage?: Flag, reduce?: Flag, reduction?: Reduction | "batchmean", logTarget?: boolean],
  typeof klNames
>("KLDivLoss", klNames, ([x, y], o) => loss.klDiv(x as Tensor, y as Tensor, ...o)) {}
const poissonNames = ["logInput", "full", "sizeAverage", "eps", "reduce", "reduction"] as const;
type PoissonOptions = [
  logInput?: boolean,
  full?: boolean,
  sizeAverage?: Flag,
  eps?: number,
  reduce?: Flag,
  reduction?: Reduction,
];
export class PoissonNLLLoss extends functionLayer<PoissonOptions, typeof poissonNames>(
  "PoissonNLLLoss",
  poissonNames,
  ([x, y], o) => loss.poissonNllLoss(x as Tensor, y as Tensor, ...o),
) {}
const gaussianNames = ["full", "eps", "reduction"] as const;
/** Forward takes input, target and variance. */
export class GaussianNLLLoss extends functionLayer<
  [full?: boolean, eps?: number, reduction?: Reduction],
  typeof gaussianNames
>("GaussianNLLLoss", gaussianNames, ([x, y, v], o) =>
  loss.gaussianNllLoss(x as Tensor, y as Tensor, v as Tensor, ...o),
) {}
