/** Special functions under the names of `torch.special`. */

export { logaddexp, xlogy } from "../pointwise/binary.js";
export {
  digamma,
  digamma as psi,
  erf,
  erfc,
  erfinv,
  exp2,
  expm1,
  lgamma as gammaln,
  log1p,
  sigmoid as expit,
} from "../pointwise/scalars.js";
export { logit, mvlgamma as multigammaln, round } from "../pointwise/ternary.js";
export { sinc } from "../pointwise/unary.js";
export { logsumexp } from "../reduction/fold.js";
export { logSoftmax, softmax } from "../reduction/statistics.js";
export * from "./airy.js";
export * from "./bessel.js";
export * from "./entropy.js";
export { igamma as gammainc, igammac as gammaincc } from "./incompleteGamma.js";
export * from "./modified.js";
export * from "./modifiedSecond.js";
export * from "./normal.js";
export * from "./polynomials.js";
export { polygamma, zeta } from "./zeta.js";
