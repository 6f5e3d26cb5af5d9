/** Normalisation across channels (`torch.nn.LocalResponseNorm`). */
import { localResponseNorm } from "../../functional/normalization.js";
import { operatorLayer } from "../layer.js";

/** Normalisation across neighbouring channels (Krizhevsky et al. 2012). */
export class LocalResponseNorm extends operatorLayer("LocalResponseNorm", localResponseNorm) {}
/** As LocalResponseNorm, under the name of its older implementation. */
export class CrossMapLRN2d extends operatorLayer("CrossMapLRN2d", localResponseNorm) {}
