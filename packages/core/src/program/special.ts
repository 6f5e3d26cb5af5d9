/**
 * Functions that JavaScript's `Math` lacks, in float64 with relative errors around 1e-14. Only those who compute programs on
 * the host need them, so pages that leave that to a device do not load them.
 */
import { binaryScalar, unaryScalar } from "./scalars.js";
import type { BinaryOp, UnaryOp } from "./types.js";

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** erf by its all-positive series; good for |x| up to about 3. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
}

/** erfc for x >= 2 by its continued fraction, evaluated from the far end. */
function erfcFraction(x: number): number {
  let tail = 0;
  for (let k = 120; k > 0; k--) tail = k / 2 / (x + tail);
  // Splitting x*x keeps the exponent's rounding error from being multiplied by x.
  const high = Math.fround(x);
  const scale = Math.exp(-high * high) * Math.exp((high - x) * (high + x));
  return scale / (Math.sqrt(Math.PI) * (x + tail));
}

export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x === Number.NEGATIVE_INFINITY) return 2;
  if (x >= 2) return erfcFraction(x);
  return x <= -2 ? 2 - erfcFraction(-x) : 1 - erfSeries(x);
}

function erf(x: number): number {
  if (Math.abs(x) < 2) return erfSeries(x);
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
}

/** Halley's iteration on erfc, started from a logarithmic estimate. */
function erfinv(y: number): number {
  const a = Math.abs(y);
  if (!(a < 1)) return a === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  if (y === 0) return y;
  const l = Math.log1p(-a * a);
  const h = 2 / (Math.PI * 0.147) + l / 2;
  let x = Math.sqrt(Math.sqrt(h * h - l / 0.147) - h);
  for (let k = 0; k < 4; k++) {
    const error = a < 0.5 ? erfSeries(x) - a : 1 - a - erfc(x);
    const step = error / (TWO_OVER_SQRT_PI * Math.exp(-x * x));
    x -= step / (1 + x * step);
  }
  return Math.sign(y) * x;
}

/** sin(pi x), exact at integers. */
function sinPi(x: number): number {
  const r = x - 2 * Math.round(x / 2);
  if (Math.abs(r) <= 0.5) return Math.sin(Math.PI * r);
  return Math.sin(Math.PI * (Math.sign(r) - r));
}

/** log |gamma(x)|: Stirling's series after shifting the argument past 10, reflection below 1/2. */
function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Number.POSITIVE_INFINITY;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  if (x === 1 || x === 2) return 0;
  let product = 1;
  let z = x;
  for (; z < 10; z++) product *= z;
  const r = 1 / (z * z);
  const series =
    (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - (r * 691) / 360360))))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** The derivative of lgamma. At 0 it is -inf with the sign of the zero; at negative integers NaN, as in PyTorch. */
function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x < 0) {
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
    const r = x - Math.round(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * r);
  }
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += 1 / z;
  const r = 1 / (z * z);
  const series =
    r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - (r * 691) / 32760)))));
  return Math.log(z) - 0.5 / z - series - shift;
}

function gcd(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The next float64 after a towards b. */
function nextafter(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === b) return b;
  if (a === 0) return b > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  scratch.setFloat64(0, a);
  const away = b > a === a > 0;
  scratch.setBigInt64(0, scratch.getBigInt64(0) + (away ? 1n : -1n));
  return scratch.getFloat64(0);
}

function logaddexp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  const d = a - b;
  return Number.isNaN(d) ? d : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(d)));
}

/** log(1 + exp(x)) without overflow. */
const softplus = (x: number): number =>
  Number.isNaN(x) ? x : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const unaryValues: { readonly [K in UnaryOp]?: (x: number) => number } = {
  erf,
  erfc,
  erfinv,
  lgamma,
  digamma,
  softplus,
};
const binaryValues: { readonly [K in BinaryOp]?: (a: number, b: number) => number } = {
  nextafter,
  logaddexp,
  gcd,
};

/** The value of any unary operation in float64; booleans are 0 and 1. */
export const evaluateUnary = (op: UnaryOp, x: number): number =>
  ((unaryScalar(op).evaluate ?? unaryValues[op]) as (x: number) => number)(x);

/** The value of any binary operation in float64; booleans are 0 and 1. */
export const evaluateBinary = (op: BinaryOp, a: number, b: number): number =>
  ((binaryScalar(op).evaluate ?? binaryValues[op]) as (a: number, b: number) => number)(a, b);
