/** Error functions and gamma functions of float32. */
import { f32, type Value } from "../ir/value.js";
import { head, infinity, isInfinite, isNan, isReal, notANumber, withSign } from "./bits.js";
import { float } from "./define.js";
import { exp } from "./exponential.js";
import { log, log1p } from "./logarithm.js";
import { polynomial } from "./polynomial.js";
import { sin, tan } from "./trigonometric.js";

/** erf(x) / x - 1 in x^2, |x| <= 0.9219: 4e-10 of erf. */
const erfNear = [
  0.12837917, -0.376126342, 0.112837019, -0.0268597144, 0.00520173989, -0.000815003144, 8.39861926e-5,
];
/** log(erfc t), 0.9219 <= t <= 4: 1.5e-9 of erfc, absolute. */
const erfFar = [
  -0.000209885917, -1.12761565, -0.637285273, -0.103839505, 0.0221817876, -0.00303172814, 0.000194750929,
];

export const erf = float("erf", (code, x) => {
  const a = code.let(x.abs());
  const near = x.add(x.mul(polynomial(erfNear, x.mul(x))));
  const far = f32(1).sub(exp(polynomial(erfFar, a.min(4))));
  return isNan(x).select(x, a.lt(0.9219).select(near, withSign(far, x)));
});

/** e^(x^2) erfc(x) (1 + 2x) in (x - 4)/(x + 4), 0 <= x <= 10.5. */
const erfcxSeries = [
  1.23299511863, -0.139621116841, 0.0153796521027, 0.0680970542542, -0.101039066039, 0.0937328350155,
  -0.0663303657272, 0.0371675152856, -0.0161977354542, 0.00503197131379, -0.000757750988178,
  -0.000199253370315, 0.000150565527949, -2.44653750081e-5, -1.11180934615e-5, 5.96324615677e-6,
  3.49948835347e-7, -1.11389609662e-6, -2.50269744176e-7,
];

/** e^-(a^2) with the square split, since its rounding would count a^2 times. */
function gaussian(a: Value): Value {
  const high = head(a);
  return exp(high.mul(high).neg()).mul(exp(a.sub(high).mul(a.add(high)).neg()));
}

export const erfc = float("erfc", (code, x) => {
  const a = code.let(x.abs().min(10.5));
  const series = polynomial(erfcxSeries, code.let(a.sub(4).div(a.add(4))));
  const far = code.let(gaussian(a).mul(series).div(a.mul(2).add(1)));
  const small = code.let(f32(1).sub(erf(x)));
  const value = x.lt(0).select(f32(2).sub(far), far);
  return isNan(x).select(
    x,
    x
      .abs()
      .lt(0.5)
      .select(small, x.gt(10.5).select(f32(0), value)),
  );
});

/** A first guess from the logarithm (Winitzki 2008), then Halley steps on erf, or on erfc near 1. */
export const erfinv = float("erfinv", (code, x) => {
  const a = code.let(x.abs());
  const l = code.let(log1p(a.neg()).add(log1p(a)));
  const k = code.let(l.mul(0.5).add(4.3307467508));
  const y = code.variable(k.mul(k).sub(l.mul(6.80272108844)).max(0).sqrt().sub(k).max(0).sqrt());
  for (let step = 0; step < 3; step++) {
    const now = code.let(y.value);
    const left = f32(1).sub(a).sub(erfc(now));
    const miss = code.let(a.lt(0.5).select(erf(now).sub(a), left));
    const newton = code.let(miss.mul(Math.sqrt(Math.PI) / 2).div(gaussian(now)));
    y.set(now.sub(newton.div(now.mul(newton).add(1))));
  }
  const edge = a.eq(1).select(infinity, notANumber);
  const inside = a
    .lt(1e-3)
    .select(a.mul(polynomial([0.886226925, 0.232013667, 0.127556175], a.mul(a))), y.value);
  return withSign(a.lt(1).select(inside, edge), x);
});

/** Stirling's series of log gamma(x) beyond the leading terms, in 1/x^2. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680];

/** Small arguments are raised by the recurrence to where the series holds, negative ones reflected. */
export const lgamma = float("lgamma", (code, x) => {
  const reflected = code.let(x.lt(0.5));
  const z = code.variable(reflected.select(f32(1).sub(x), x));
  const product = code.variable(f32(1));
  code.for(0, 8, () => {
    code.if(z.value.lt(8), () => {
      product.set(product.value.mul(z.value));
      z.set(z.value.add(1));
    });
  });
  const t = code.let(z.value);
  const inverse = code.let(f32(1).div(t));
  const l = code.let(log(t));
  const series = inverse.mul(polynomial(stirling, inverse.mul(inverse)));
  const raised = t.sub(0.5).mul(l).sub(t).add(0.918938533205).add(series).sub(log(product.value));
  const value = code.let(raised);
  const fraction = code.let(x.sub(x.round()).abs().mul(Math.PI));
  const mirrored = f32(Math.log(Math.PI))
    .sub(log(sin(fraction)))
    .sub(value);
  const whole = reflected.and(x.eq(x.round()));
  const finite = whole.select(infinity, reflected.select(mirrored, value));
  return isNan(x).select(x, isInfinite(x).select(infinity, x.gt(1e36).select(infinity, finite)));
});

/** Recurrence up to 8, then the asymptotic series (Abramowitz & Stegun 6.3.18); reflection below 0. */
export const digamma = float("digamma", (code, x) => {
  const negative = code.let(x.lt(0));
  const whole = code.let(x.round());
  const z = code.variable(negative.select(f32(1).sub(x), x));
  const angle = code.let(x.sub(whole).mul(Math.PI));
  const shift = code.variable(negative.select(f32(-Math.PI).div(tan(angle)), f32(0)));
  code.for(0, 8, () => {
    code.if(z.value.lt(8), () => {
      shift.set(shift.value.sub(f32(1).div(z.value)));
      z.set(z.value.add(1));
    });
  });
  const t = code.let(z.value);
  const inverse = code.let(f32(1).div(t.mul(t)));
  const series = inverse.mul(polynomial([1 / 12, -1 / 120, 1 / 252, -1 / 240], inverse));
  const value = shift.value.add(log(t).sub(f32(0.5).div(t)).sub(series));
  const pole = x.eq(0).select(withSign(infinity, x.neg()), notANumber);
  const atPole = x.eq(0).or(negative.and(x.eq(whole)));
  return isNan(x).select(x, atPole.select(pole, isReal(x).select(value, negative.select(notANumber, x))));
});
