/**
 * Integer scalar operations, exact; the caller wraps the result to the width. A shift count is taken modulo the width, as
 * processors do.
 */
import type { BinaryOp, UnaryOp } from "@flambeau/core";
import { integerDivisionByZero } from "@flambeau/core";
import type { Scalar } from "./scalar.js";

const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);
const signOf = (x: bigint): bigint => (x > 0n ? 1n : x < 0n ? -1n : 0n);
const same = (x: bigint): bigint => x;

const unaries: { readonly [O in UnaryOp]?: (x: bigint) => Scalar } = {
  neg: (x) => -x,
  abs: magnitude,
  sign: signOf,
  floor: same,
  ceil: same,
  round: same,
  trunc: same,
  relu: (x) => (x > 0n ? x : 0n),
  isnan: () => false,
  isinf: () => false,
  signbit: (x) => x < 0n,
  not: (x) => x === 0n,
  bitnot: (x) => ~x,
};

export function integerUnary(op: UnaryOp, x: bigint): Scalar {
  const evaluate = unaries[op];
  if (!evaluate) throw new Error(`"${op}" has no meaning for integers`);
  return evaluate(x);
}

const divisor = (name: string, b: bigint): bigint => {
  if (b === 0n) throw integerDivisionByZero(name);
  return b;
};

/** Remainder with the sign of b. */
function remainder(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

/** a to the power b, wrapping at 64 bits; a negative power is 0 but for 1 and -1. */
function power(a: bigint, b: bigint): bigint {
  if (b >= 0n) {
    let result = 1n;
    for (let base = a, left = b; left > 0n; left >>= 1n) {
      if (left & 1n) result = BigInt.asIntN(64, result * base);
      base = BigInt.asIntN(64, base * base);
    }
    return result;
  }
  if (a === 1n) return 1n;
  return a === -1n ? (b % 2n === 0n ? 1n : -1n) : 0n;
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return magnitude(a);
}

const binaries: { readonly [O in BinaryOp]?: (a: bigint, b: bigint, name: string, bits: bigint) => Scalar } =
  {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    floorDiv: (a, b, name) => (a - remainder(a, divisor(name, b))) / b,
    truncDiv: (a, b, name) => a / divisor(name, b),
    fmod: (a, b, name) => a % divisor(name, b),
    remainder: (a, b, name) => remainder(a, divisor(name, b)),
    pow: power,
    // biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigints
    max: (a, b) => (a > b ? a : b),
    // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigints
    min: (a, b) => (a < b ? a : b),
    gcd,
    eq: (a, b) => a === b,
    ne: (a, b) => a !== b,
    lt: (a, b) => a < b,
    le: (a, b) => a <= b,
    gt: (a, b) => a > b,
    ge: (a, b) => a >= b,
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    xor: (a, b) => a ^ b,
    shl: (a, b, _, bits) => a << (b & (bits - 1n)),
    shr: (a, b, _, bits) => a >> (b & (bits - 1n)),
  };

/** `bits` is the width computed in. */
export function integerBinary(name: string, op: BinaryOp, a: bigint, b: bigint, bits: bigint): Scalar {
  const evaluate = binaries[op];
  if (!evaluate) throw new Error(`"${op}" has no meaning for integers`);
  return evaluate(a, b, name, bits);
}
