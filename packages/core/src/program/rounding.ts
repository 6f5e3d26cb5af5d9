/** Arithmetic whose rounding JavaScript does not offer as such. */

/** The nearest integer, halves to the even one. */
export function roundHalfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x - Math.trunc(x)) === 0.5 && r % 2 !== 0 ? r - 1 : r === 0 ? 0 * x : r;
}

/** Remainder with the sign of the divisor. */
export function remainder(a: number, b: number): number {
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}

/** floor(a / b) computed from the remainder, so that it agrees with it. */
export function floorDiv(a: number, b: number): number {
  if (b === 0) return a / b;
  // From the exact remainder, as Python does: NaN for an infinite a, -1 for a finite a and an infinite b of other sign.
  const rest = a % b;
  return Math.round((a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0));
}

/** Math.pow, but 1 to any power is 1 as in C. */
export const power = (a: number, b: number): number => (a === 1 ? 1 : a ** b);
