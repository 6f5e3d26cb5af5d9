/** Losses that are only their options (`torch.nn`); forward takes the input and the target. */
import { multilabelMarginLoss } from "../../functional/classification.js";
import * as loss from "../../functional/loss.js";
import { operatorLayer } from "../layer.js";

export class MSELoss extends operatorLayer("MSELoss", loss.mseLoss, 2) {}
export class L1Loss extends operatorLayer("L1Loss", loss.l1Loss, 2) {}
export class SoftMarginLoss extends operatorLayer("SoftMarginLoss", loss.softMarginLoss, 2) {}
export class MultiLabelMarginLoss extends operatorLayer("MultiLabelMarginLoss", multilabelMarginLoss, 2) {}
export class SmoothL1Loss extends operatorLayer("SmoothL1Loss", loss.smoothL1Loss, 2) {}
export class HuberLoss extends operatorLayer("HuberLoss", loss.huberLoss, 2) {}
export class KLDivLoss extends operatorLayer("KLDivLoss", loss.klDiv, 2) {}
export class PoissonNLLLoss extends operatorLayer("PoissonNLLLoss", loss.poissonNllLoss, 2) {}
/** Forward takes input, target and variance. */
export class GaussianNLLLoss extends operatorLayer("GaussianNLLLoss", loss.gaussianNllLoss, 3) {}
