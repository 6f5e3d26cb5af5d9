/** The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x). */
import { AutogradError } from "../../errors.js";
import type { TensorLike } from "../../fused/dtypes.js";
import { isUnobserved } from "../../primitives/dispatch.js";
import type { Expr } from "../../program/expr.js";
import { Tensor } from "../../tensor/tensor.js";
import { binary } from "../pointwise/define.js";
import { gaussLegendre } from "./quadrature.js";

/** Up to here by series and continued fraction, above by quadrature: what these lengths give is right to 1e-13. */
const LARGE = 100;
const SERIES_TERMS = 96;
const FRACTION_TERMS = 64;
const NODES = 24;

/** P for x <= a + 1: x^a exp(-x) / gamma(a + 1) times the sum of x^n / ((a + 1) … (a + n)). */
function bySeries(a: Expr, x: Expr): Expr {
  let sum = x.mul(0).add(1);
  for (let n = SERIES_TERMS; n > 0; n--) sum = sum.mul(x.div(a.add(n))).add(1);
  return a.mul(x.log()).sub(x).sub(a.add(1).lgamma()).exp().mul(sum);
}

/** Q for x > a + 1: x^a exp(-x) / gamma(a) by Legendre's continued fraction. */
function byFraction(a: Expr, x: Expr): Expr {
  const base = x.sub(a);
  let value = base.add(2 * FRACTION_TERMS + 1);
  for (let n = FRACTION_TERMS; n > 0; n--) value = base.add(2 * n - 1).add(a.sub(n).mul(n).div(value));
  return a.mul(x.log()).sub(x).sub(a.lgamma()).exp().div(value);
}

/**
 * For large a the integral from x to where the integrand is negligible, on the side away from its peak at a - 1: P for x below
 * the peak, Q above it (Press et al., Numerical Recipes, §6.2).
 */
function byQuadrature(a: Expr, x: Expr): Expr {
  const peak = a.sub(1);
  const width = peak.sqrt();
  const above = x.gt(peak);
  const high = peak.add(width.mul(11.5)).max(x.add(width.mul(6)));
  const low = peak
    .sub(width.mul(7.5))
    .min(x.sub(width.mul(5)))
    .max(0);
  const span = above.where(high, low).sub(x);
  let sum = x.mul(0);
  for (const { at, weight } of gaussLegendre(NODES)) {
    const distance = x.add(span.mul(at)).sub(peak).div(peak);
    sum = sum.add(distance.log1p().sub(distance).mul(peak).exp().mul(weight));
  }
  // peak^peak exp(-peak) / gamma(a) by Stirling's series, in which nothing cancels.
  const inverse = peak.reciprocal();
  const scale = inverse
    .div(-12)
    .add(inverse.mul(inverse).mul(inverse).div(360))
    .exp()
    .div(peak.mul(2 * Math.PI).sqrt());
  return sum.mul(span.abs()).mul(scale);
}

/** P or Q for a > 0 and x > 0, both finite. */
function inside(a: Expr, x: Expr, upper: boolean): Expr {
  const large = a.gt(LARGE);
  const givesLower = large.where(x.le(a.sub(1)), x.le(a.add(1)));
  const value = large.where(byQuadrature(a, x), givesLower.where(bySeries(a, x), byFraction(a, x)));
  const other = value.neg().add(1);
  return upper ? givesLower.where(other, value) : givesLower.where(value, other);
}

/** The limits where an argument is 0 or infinite, NaN where one is negative or both are 0 or infinite. */
function everywhere(a: Expr, x: Expr, upper: boolean): Expr {
  const [zero, one] = upper ? [1, 0] : [0, 1];
  const bothEqual = a.eq(x).and(a.eq(0).or(a.isinf()));
  const undefinedThere = a.lt(0).or(x.lt(0)).or(a.isnan()).or(x.isnan()).or(bothEqual);
  const atZero = x.eq(0).or(a.isinf());
  const atOne = a.eq(0).or(x.isinf());
  const limits = atZero.where(zero, atOne.where(one, inside(a, x, upper)));
  return undefinedThere.where(Number.NaN, limits);
}

function incompleteGamma(name: string, upper: boolean): (x: TensorLike, other: TensorLike) => Tensor {
  const run = binary(name, (first, second) => {
    const a = first.toFloat().detach();
    const x = second.toFloat();
    const at = x.detach();
    // Differentiating the sums would lose digits. What is added is 0; its first two derivatives are those of the integral, whose
    // integrand is known.
    const density = a.sub(1).mul(at.log()).sub(at).sub(a.lgamma()).exp();
    const slope = density.mul(a.sub(1).div(at).sub(1));
    const step = x.sub(at);
    const change = step.mul(density).add(step.mul(step).mul(slope.mul(0.5)));
    const value = everywhere(a, at, upper);
    const smooth = a.gt(0).and(at.gt(0)).and(at.isinf().not()).and(a.isinf().not());
    return smooth.where(upper ? value.sub(change) : value.add(change), value);
  });
  return (a, x) => {
    if (a instanceof Tensor && !isUnobserved([a]))
      throw new AutogradError(name, "the gradient for the first argument is not offered; detach it");
    return run(a, x);
  };
}

/** The regularised lower incomplete gamma function P(x, other); the gradient is that of `other` (`torch.igamma`). */
export const igamma = incompleteGamma("igamma", false);
/** The regularised upper incomplete gamma function Q(x, other); the gradient is that of `other` (`torch.igammac`). */
export const igammac = incompleteGamma("igammac", true);
