/** The integrals behind the Bessel functions, on the host in float64; expressions are fitted to them. */

interface Complex {
  readonly re: number;
  readonly im: number;
}

const STEP = 0.125;

/**
 * The factor by which a Bessel function of order v and large argument differs from its leading term:
 * 1/gamma(v + 1/2) times the integral of exp(-u) u^(v - 1/2) (1 + c u)^(v - 1/2) over u > 0. With c = 1/(2x) it belongs to K, with
 * c = i/(2x) to the Hankel function. By the trapezoidal rule over log u, which converges exponentially.
 */
export function besselFactor(order: number, c: Complex): Complex {
  const power = order - 0.5;
  let [re, im, norm] = [0, 0, 0];
  for (let w = -80; w <= 5; w += STEP) {
    const u = Math.exp(w);
    const weight = Math.exp(-u + w * (order + 0.5));
    const [a, b] = [1 + c.re * u, c.im * u];
    const modulus = Math.hypot(a, b) ** power;
    const angle = Math.atan2(b, a) * power;
    re += weight * modulus * Math.cos(angle);
    im += weight * modulus * Math.sin(angle);
    norm += weight;
  }
  // The same rule gives gamma(v + 1/2), so the errors of both cancel.
  return { re: re / norm, im: im / norm };
}

/** exp(-x) I_v(x) for v = 0 or 1 and x >= 0, by the trapezoidal rule over the circle. */
export function scaledBesselI(order: 0 | 1, x: number): number {
  const points = 256 + 16 * Math.ceil(Math.sqrt(x));
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const angle = (2 * Math.PI * i) / points;
    sum += Math.exp(-2 * x * Math.sin(angle / 2) ** 2) * Math.cos(order * angle);
  }
  return sum / points;
}

/** The sum of a power series whose terms are given by the ratio of each to the one before. */
export function powerSeries(
  first: number,
  ratio: (k: number) => number,
  weight: (k: number) => number = () => 1,
): number {
  let term = first;
  let sum = term * weight(0);
  for (let k = 1; k < 80; k++) {
    term *= ratio(k);
    sum += term * weight(k);
  }
  return sum;
}

/** 1 + 1/2 + … + 1/k */
export function harmonic(k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += 1 / i;
  return sum;
}

/** Nodes in [0, 1] and weights of the Gauss-Legendre rule of n points: the roots of P_n by Newton's method. */
export function gaussLegendre(n: number): readonly { readonly at: number; readonly weight: number }[] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let step = 0; step < 20; step++) {
      let [before, p] = [1, x];
      for (let k = 1; k < n; k++) [before, p] = [p, ((2 * k + 1) * x * p - k * before) / (k + 1)];
      slope = (n * (x * p - before)) / (x * x - 1);
      x -= p / slope;
    }
    return { at: (x + 1) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}
