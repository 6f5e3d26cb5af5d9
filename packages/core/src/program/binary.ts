/** Scalar operations of two arguments. */
import type { Expr } from "./expr.js";
import { floorDiv, power, remainder } from "./rounding.js";
import type { BinaryScalar, Slope } from "./scalars.js";
import type { BinaryOp, Kind } from "./types.js";

type Evaluate = (a: number, b: number) => number;
type SlopeRule = (a: Expr, b: Expr, y: Expr) => Slope;
type Slopes = readonly [SlopeRule | null, SlopeRule | null];

const flat: Slopes = [null, null];
const row =
  (takes: readonly Kind[], gives: Kind | "same") =>
  (evaluate: Evaluate | null, slopes: Slopes = flat, commutes = false): BinaryScalar => ({
    takes,
    gives,
    evaluate,
    slopes,
    commutes,
  });

const number = row(["i", "f"], "same");
const float = row(["f"], "f");
const integer = row(["i"], "i");
const logic = row(["b", "i"], "same");
const compare = (evaluate: (a: number, b: number) => boolean, commutes = false): BinaryScalar =>
  row(["b", "i", "f"], "b")((a, b) => (evaluate(a, b) ? 1 : 0), flat, commutes);

/** A bitwise operation that stays exact past 32 bits. */
const bits =
  (narrow: Evaluate, wide: (a: bigint, b: bigint) => bigint): Evaluate =>
  (a, b) =>
    (a | 0) === a && (b | 0) === b ? narrow(a, b) : Number(BigInt.asIntN(64, wide(BigInt(a), BigInt(b))));

/** 1 where this argument is the extreme, 1/2 on a tie, 0 where the other one is. */
const wins =
  (loses: "lt" | "gt"): SlopeRule =>
  (a, b) =>
    a[loses](b).where(0, a.eq(b).where(0.5, 1));

export const binaryScalars = {
  /** a + b */
  add: number((a, b) => a + b, [() => 1, () => 1], true),
  /** a - b */
  sub: number((a, b) => a - b, [() => 1, () => -1]),
  /** a * b */
  mul: number((a, b) => a * b, [(_, b) => b, (a) => a], true),
  /** a / b, always floating-point. */
  div: float((a, b) => a / b, [(_, b) => b.reciprocal(), (_, b, y) => y.div(b).neg()]),
  /** a / b rounded down. */
  floorDiv: number(floorDiv),
  /** a / b rounded towards zero. */
  truncDiv: number((a, b) => Math.trunc(a / b)),
  /** Remainder with the sign of a. */
  fmod: number((a, b) => a % b, [() => 1, (a, b) => a.div(b).trunc().neg()]),
  /** Remainder with the sign of b. */
  remainder: number(remainder, [() => 1, (a, b) => a.div(b).floor().neg()]),
  /** a to the power b. */
  pow: number(power, [
    (a, b) => b.eq(0).where(0, a.pow(b.sub(1)).mul(b)),
    (a, b, y) => a.eq(0).and(b.ge(0)).where(0, y.mul(a.log())),
  ]),
  /** The greater of two; NaN if either is; on a tie each gets half the gradient. */
  max: number(Math.max, [wins("lt"), (a, b, y) => wins("lt")(b, a, y)]),
  /** The lesser of two; NaN if either is; on a tie each gets half the gradient. */
  min: number(Math.min, [wins("gt"), (a, b, y) => wins("gt")(b, a, y)]),
  /** The angle of the point (b, a); gradient 0 at the origin. */
  atan2: float(Math.atan2, [
    (a, b) =>
      a
        .eq(0)
        .and(b.eq(0))
        .where(0, b.div(a.mul(a).add(b.mul(b)))),
    (a, b) =>
      a
        .eq(0)
        .and(b.eq(0))
        .where(0, a.div(a.mul(a).add(b.mul(b))).neg()),
  ]),
  /** |a| with the sign of b. */
  copysign: float(
    (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
    [(a, _, y) => a.eq(0).where(0, y.div(a)), null],
  ),
  /** The next floating-point number after a towards b. */
  nextafter: float(null, [() => 1, null]),
  /** sqrt(a * a + b * b); gradient 0 at the origin. */
  hypot: float(Math.hypot, [
    (a, _, y) => y.eq(0).where(0, a.div(y)),
    (_, b, y) => y.eq(0).where(0, b.div(y)),
  ]),
  /** log(exp(a) + exp(b)) */
  logaddexp: float(null, [
    (a, b) => a.eq(b).and(a.isinf()).where(0.5, a.sub(b).sigmoid()),
    (a, b) => a.eq(b).and(a.isinf()).where(0.5, b.sub(a).sigmoid()),
  ]),
  /** Greatest common divisor. */
  gcd: integer(null),
  /** a == b */
  eq: compare((a, b) => a === b, true),
  /** a != b */
  ne: compare((a, b) => a !== b, true),
  /** a < b */
  lt: compare((a, b) => a < b),
  /** a <= b */
  le: compare((a, b) => a <= b),
  /** a > b */
  gt: compare((a, b) => a > b),
  /** a >= b */
  ge: compare((a, b) => a >= b),
  /** Bitwise and of integers, logical and of booleans. */
  and: logic(
    bits(
      (a, b) => a & b,
      (a, b) => a & b,
    ),
    flat,
    true,
  ),
  /** Bitwise or of integers, logical or of booleans. */
  or: logic(
    bits(
      (a, b) => a | b,
      (a, b) => a | b,
    ),
    flat,
    true,
  ),
  /** Bitwise exclusive or of integers, logical exclusive or of booleans. */
  xor: logic(
    bits(
      (a, b) => a ^ b,
      (a, b) => a ^ b,
    ),
    flat,
    true,
  ),
  /** a shifted left by b bits. */
  shl: integer((a, b) => a * 2 ** b),
  /** a shifted right by b bits, keeping the sign. */
  shr: integer((a, b) => Math.floor(a / 2 ** b)),
} satisfies { readonly [K in BinaryOp]: BinaryScalar };
