/** The Hurwitz zeta function, and the derivatives of digamma that it gives. */
import type { TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import type { Expr, Scalar } from "../../program/expr.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectInteger } from "../expect.js";
import { binary } from "../pointwise/define.js";
import { digamma } from "../pointwise/scalars.js";

const SHIFTS = 9;
/** B_2k / (2k)! for k = 1, 2, … */
const bernoulli = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
];

/** The sum of (q + k)^-s over k >= 0 for q > 0, by terms and then Euler's summation formula. `power(a)` is a^-s. */
function positive(q: Expr, s: Expr | number, power: (a: Expr) => Expr): Expr {
  const step = (n: number): Scalar => (typeof s === "number" ? s + n : s.add(n));
  let sum = power(q);
  for (let k = 1; k < SHIFTS; k++) sum = sum.add(power(q.add(k)));
  const a = q.add(SHIFTS);
  const last = power(a);
  const inverse = a.square().reciprocal();
  const head = last.mul(a).div(step(-1)).add(last.mul(0.5));
  let factor = last.mul(step(0)).div(a);
  let tail = factor.mul(bernoulli[0] as number);
  for (let k = 1; k < bernoulli.length; k++) {
    factor = factor
      .mul(step(2 * k - 1))
      .mul(step(2 * k))
      .mul(inverse);
    tail = tail.add(factor.mul(bernoulli[k] as number));
  }
  return sum.add(head).add(tail);
}

/**
 * The same for any q that is no integer below 1: with f the fraction of q, zeta(s, q) is
 * zeta(s, f) + (-1)^s (zeta(s, 1 - f) - zeta(s, 1 - q)).
 */
function anywhere(q: Expr, s: Expr | number, odd: Expr | boolean, power: (a: Expr) => Expr): Expr {
  const below = q.lt(0);
  const start = below.where(q.sub(q.floor()), q);
  const sum = positive(start, s, power);
  const reflected = positive(below.where(start.neg().add(1), 1), s, power).sub(
    positive(below.where(q.neg().add(1), 1), s, power),
  );
  const signed =
    typeof odd === "boolean" ? (odd ? reflected.neg() : reflected) : odd.where(reflected.neg(), reflected);
  return below.where(sum.add(signed), sum);
}

/** The sum of (other + k)^-x over k >= 0: NaN for x < 1, infinite at its poles (`torch.special.zeta`). */
export const zeta = binary("zeta", (x, other) => {
  const [s, q] = [x.toFloat(), other.toFloat()];
  const whole = s.eq(s.floor());
  const pole = q.le(0).and(q.eq(q.floor()));
  const value = anywhere(q, s, s.remainder(2).eq(1), (a) => a.pow(s.neg()));
  const defined = pole.where(Number.POSITIVE_INFINITY, q.lt(0).and(whole.not()).where(Number.NaN, value));
  return s.eq(1).where(Number.POSITIVE_INFINITY, s.lt(1).where(Number.NaN, defined));
});

/** a^-n for an integer n, by squaring. */
function inversePower(a: Expr, n: number): Expr {
  let square = a.reciprocal();
  let result: Expr | null = null;
  for (let rest = n; rest > 0; rest >>= 1) {
    if (rest & 1) result = result === null ? square : result.mul(square);
    if (rest > 1) square = square.mul(square);
  }
  return result as Expr;
}

const made = new Map<number, (x: TensorLike) => Tensor>();

/** The n-th derivative of digamma (`torch.polygamma`); n is a non-negative integer. */
export function polygamma(n: number, x: Tensor): Tensor {
  expectInteger("polygamma", 0, "n to be an integer of at least 0", n);
  if (n === 0) return digamma(x);
  let run = made.get(n);
  if (run === undefined) {
    let factorial = n % 2 === 1 ? 1 : -1;
    for (let k = 2; k <= n; k++) factorial *= k;
    run = pointwise("polygamma", (given) => {
      const q = given.toFloat();
      const value = anywhere(q, n + 1, n % 2 === 0, (a) => inversePower(a, n + 1)).mul(factorial);
      return q
        .le(0)
        .and(q.eq(q.floor()))
        .where(factorial * Number.POSITIVE_INFINITY, value);
    });
    made.set(n, run);
  }
  return run(x);
}
