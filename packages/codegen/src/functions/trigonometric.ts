/** Trigonometric functions of float32, about 2 ulp wrong at any angle. */
import type { Code } from "../ir/builder.js";
import { f32, type Value } from "../ir/value.js";
import { reduceAngle } from "./angle.js";
import { isNan, isReal, notANumber, signBit, withSign } from "./bits.js";
import { float } from "./define.js";
import { polynomial } from "./polynomial.js";

/** (sin r - r) / r^3 and (cos r - 1 + r^2/2) / r^4 in r^2, (tan r - r) / r^3, |r| <= pi/4: below 1e-9. */
const sinTail = [-0.166666666, 0.00833332938, -0.000198393335, 2.7183021e-6];
const cosTail = [0.0416666666, -0.00138888838, 2.47995267e-5, -2.7210759e-7];
const tanTail = [
  0.333333514, 0.133326121, 0.0540653146, 0.0212560476, 0.0108997719, 1.25785725e-5, 0.00441247399,
];

function sineFrom(code: Code, r: Value, quadrant: Value): Value {
  const z = code.let(r.mul(r));
  const sine = r.add(r.mul(z).mul(polynomial(sinTail, z)));
  const cosine = z.mul(z.mul(polynomial(cosTail, z)).sub(0.5)).add(1);
  const value = quadrant.and(1).ne(0).select(cosine, sine);
  return quadrant.and(2).ne(0).select(value.neg(), value);
}

const finiteOnly = (x: Value, value: Value): Value => isReal(x).select(value, notANumber);

export const sin = float("sin", (code, x) => {
  const { r, quadrant } = reduceAngle(code, x);
  return x.eq(0).select(x, finiteOnly(x, sineFrom(code, r, quadrant)));
});

export const cos = float("cos", (code, x) => {
  const { r, quadrant } = reduceAngle(code, x);
  return finiteOnly(x, sineFrom(code, r, quadrant.add(1)));
});

export const tan = float("tan", (code, x) => {
  const { r, quadrant } = reduceAngle(code, x);
  const z = code.let(r.mul(r));
  const tangent = code.let(r.add(r.mul(z).mul(polynomial(tanTail, z))));
  const value = quadrant.and(1).ne(0).select(f32(-1).div(tangent), tangent);
  return x.eq(0).select(x, finiteOnly(x, value));
});

/** atan(r) / r in r^2, |r| <= 1, relative error 1e-9. */
const atanSeries = [
  0.999999999999, -0.333333332783, 0.199999962102, -0.142856112544, 0.111096414861, -0.0907823472127,
  0.0762046673663, -0.0638414114156, 0.05081442795, -0.0357576948607, 0.0203892064611, -0.00851066031611,
  0.00225592474888, -0.000280880820019,
];
const piHigh = Math.fround(Math.PI);
const piLow = Math.PI - piHigh;

/** The angle of a point whose coordinates are |y| and |x|, between 0 and pi/2. */
function firstQuadrant(code: Code, y: Value, x: Value): Value {
  const steep = code.let(y.gt(x));
  const [small, large] = [code.let(steep.select(x, y)), code.let(steep.select(y, x))];
  const ratio = code.let(small.eq(large).select(large.eq(0).select(f32(0), f32(1)), small.div(large)));
  const angle = code.let(ratio.mul(polynomial(atanSeries, ratio.mul(ratio))));
  return steep.select(f32(piHigh / 2).sub(angle.sub(piLow / 2)), angle);
}

export const atan = float("atan", (code, x) => {
  const angle = firstQuadrant(code, code.let(x.abs()), f32(1));
  return isNan(x).select(x, withSign(angle, x));
});

export const atan2 = float("atan2", (code, y, x) => {
  const angle = code.let(firstQuadrant(code, code.let(y.abs()), code.let(x.abs())));
  const turned = signBit(x).select(f32(piHigh).sub(angle.sub(piLow)), angle);
  return isNan(x).or(isNan(y)).select(x.add(y), withSign(turned, y));
});

/** (asin r - r) / r^3 in r^2, |r| <= 1/2: 1e-9. */
const asinTail = [
  0.166666666664, 0.0750000004336, 0.0446428286119, 0.0303828711256, 0.0223549480392, 0.0175489940582,
  0.0125519642778, 0.0179303436707, -0.00733760425922, 0.0315348624854,
];

/** asin of |x|, and pi/2 - asin of |x|; beyond 1/2 through asin(sqrt((1 - x) / 2)). */
function inverseSine(code: Code, x: Value): { sine: Value; cosine: Value } {
  const a = code.let(x.abs());
  const far = code.let(a.gt(0.5));
  const half = code.let(f32(1).sub(a).mul(0.5));
  const t = code.let(far.select(half.max(0).sqrt(), a));
  const z = code.let(t.mul(t));
  const s = code.let(t.add(t.mul(z).mul(polynomial(asinTail, z))));
  const quarter = (angle: Value): Value => f32(piHigh / 2).sub(angle.sub(piLow / 2));
  return { sine: far.select(quarter(s.mul(2)), s), cosine: far.select(s.mul(2), quarter(s)) };
}

const within = (x: Value, value: Value): Value => x.abs().le(1).and(isNan(x).not()).select(value, notANumber);

export const asin = float("asin", (code, x) => within(x, withSign(inverseSine(code, x).sine, x)));

export const acos = float("acos", (code, x) => {
  const angle = code.let(inverseSine(code, x).cosine);
  return within(x, x.lt(0).select(f32(piHigh).sub(angle.sub(piLow)), angle));
});
