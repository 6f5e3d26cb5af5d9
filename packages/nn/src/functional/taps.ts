/** Where resampling along one dimension takes its values from: for each position of the result a few positions and weights. */

/** How one dimension of `from` positions becomes one of `to`. */
export interface Resizing {
  readonly from: number;
  readonly to: number;
  /** What the caller asked the size to be multiplied by; null where a size was given. */
  readonly factor: number | null;
  readonly alignCorners: boolean;
  /** Rounds to the precision PyTorch computes positions in. */
  readonly round: (x: number) => number;
}

/** One source position and weight per position of the result. */
export interface Tap {
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/** Source positions per position of the result. */
function ratio({ from, to, factor, alignCorners, round }: Resizing): number {
  if (alignCorners) return to > 1 ? round((from - 1) / (to - 1)) : 0;
  return round(factor !== null && factor > 0 ? 1 / factor : from / to);
}

/** The source position of every position of the result, as a real number; pixel centres correspond unless corners do. */
function positions(resizing: Resizing): number[] {
  const { to, alignCorners, round } = resizing;
  const scale = ratio(resizing);
  return Array.from({ length: to }, (_, i) =>
    alignCorners ? round(scale * i) : round(round(scale * (i + 0.5)) - 0.5),
  );
}

function tapsOf(to: number, count: number, at: (i: number) => readonly (readonly [number, number])[]): Tap[] {
  const taps = Array.from({ length: count }, () => ({
    index: new Int32Array(to),
    weight: new Float64Array(to),
  }));
  for (let i = 0; i < to; i++) {
    at(i).forEach(([index, weight], k) => {
      const tap = taps[k] as Tap;
      tap.index[i] = index;
      tap.weight[i] = weight;
    });
  }
  return taps;
}

/** The source position at or before each, or, when `exact`, that of the nearest pixel centre. */
export function nearestTaps(resizing: Resizing, exact: boolean): Tap[] {
  const { from, to } = resizing;
  const scale = Math.fround(ratio(resizing));
  const shift = exact ? 0.5 : 0;
  return tapsOf(to, 1, (i) => [
    [Math.min(from === to ? i : Math.floor(Math.fround((i + shift) * scale)), from - 1), 1],
  ]);
}

/** The two neighbours by distance. */
export function linearTaps(resizing: Resizing): Tap[] {
  const { from, to } = resizing;
  const real = from === to ? Array.from({ length: to }, (_, i) => i) : positions(resizing);
  return tapsOf(to, 2, (i) => {
    const x = Math.max(0, real[i] as number);
    const before = Math.min(Math.floor(x), from - 1);
    const after = Math.min(before + 1, from - 1);
    const share = Math.min(Math.max(x - before, 0), 1);
    return [
      [before, 1 - share],
      [after, share],
    ];
  });
}

/** Keys' cubic convolution kernel at distance x (1981), with parameter a. */
export function cubicWeight(x: number, a: number): number {
  const d = Math.abs(x);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((d - 5) * d + 8) * d * a - 4 * a : 0;
}

/** The parameter of the cubic kernel that resizing and grid sampling use. */
export const CUBIC = -0.75;

/** Four neighbours by cubic convolution; positions outside repeat the border. */
export function cubicTaps(resizing: Resizing): Tap[] {
  const { from, to } = resizing;
  const real = positions(resizing);
  return tapsOf(to, 4, (i) => {
    const x = real[i] as number;
    const base = Math.floor(x);
    return [-1, 0, 1, 2].map((k) => [
      Math.min(Math.max(base + k, 0), from - 1),
      cubicWeight(x - base - k, CUBIC),
    ]);
  });
}

/** Weights [to, from] of a filter stretched over all source positions that a smaller result's position covers. */
export function antialiasWeights(resizing: Resizing, cubic: boolean): Float64Array {
  const { from, to } = resizing;
  const scale = ratio(resizing);
  const reach = (cubic ? 2 : 1) * Math.max(scale, 1);
  const filter = (x: number): number => (cubic ? cubicWeight(x, -0.5) : Math.max(0, 1 - Math.abs(x)));
  const weights = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const centre = scale * (i + 0.5);
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const end = Math.min(Math.trunc(centre + reach + 0.5), from);
    const row = weights.subarray(i * from, (i + 1) * from);
    for (let j = first; j < end; j++) row[j] = filter((j - centre + 0.5) / Math.max(scale, 1));
    const total = row.reduce((sum, weight) => sum + weight, 0);
    if (total !== 0) row.set(row.map((weight) => weight / total));
  }
  return weights;
}
