/** The scalar operations of fused programs, one row each, for every type they compute in. */
import type { BinaryOp, Kind, UnaryOp, Widths } from "@flambeau/core";
import { isInfinite, isNan, signBit, withSign } from "../functions/bits.js";
import { cosh, exp, exp2, expm1, sigmoid, sinh, tanh } from "../functions/exponential.js";
import { acosh, asinh, atanh, log, log1p, log2, log10, logaddexp, softplus } from "../functions/logarithm.js";
import { pow } from "../functions/power.js";
import { floorDivide, fmod, hypot, integers, nextAfter, remainder } from "../functions/remainders.js";
import { digamma, erf, erfc, erfinv, lgamma } from "../functions/special.js";
import { acos, asin, atan, atan2, cos, sin, tan } from "../functions/trigonometric.js";
import type { Type } from "../ir/types.js";
import { f32, literal, type Value } from "../ir/value.js";

export const typeOf = (kind: Kind, widths: Widths): Type =>
  kind === "f" ? "f32" : kind === "b" ? "bool" : widths.i === "int64" ? "i64" : "i32";

/** A number as kernels hold it in a type: integers wrap, those of numbers that are no integers are 0. */
export function numberOf(type: Type, value: number | bigint): number | bigint {
  if (type === "f32") return Number(value);
  const whole = typeof value === "bigint" ? value : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);
  return type === "i64" ? BigInt.asIntN(64, whole) : Number(BigInt.asIntN(32, whole));
}

/** Identity on integers, which are whole already. */
const wholeOf = (x: Value, value: (x: Value) => Value): Value => (x.type === "f32" ? value(x) : x);
const like = (x: Value, value: number): Value => literal(x.type, value);

export const unary: { readonly [K in UnaryOp]: (x: Value) => Value } = {
  neg: (x) => x.neg(),
  abs: (x) => x.abs(),
  sign: (x) => x.gt(0).select(like(x, 1), x.lt(0).select(like(x, -1), like(x, 0))),
  floor: (x) => wholeOf(x, (f) => f.floor()),
  ceil: (x) => wholeOf(x, (f) => f.ceil()),
  round: (x) => wholeOf(x, (f) => f.round()),
  trunc: (x) => wholeOf(x, (f) => f.trunc()),
  sqrt: (x) => x.sqrt(),
  rsqrt: (x) => f32(1).div(x.sqrt()),
  reciprocal: (x) => f32(1).div(x),
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  erfinv,
  lgamma,
  digamma,
  sigmoid,
  relu: (x) => x.lt(0).select(like(x, 0), x),
  softplus,
  isnan: (x) => (x.type === "f32" ? isNan(x) : literal("bool", false)),
  isinf: (x) => (x.type === "f32" ? isInfinite(x) : literal("bool", false)),
  signbit: (x) => (x.type === "f32" ? signBit(x) : x.lt(0)),
  not: (x) => x.not(),
  bitnot: (x) => x.not(),
};

/** By type: floats by one function, integers by that of their width. */
const byType =
  (float: (a: Value, b: Value) => Value, whole: keyof (typeof integers)["i32"]) =>
  (a: Value, b: Value): Value =>
    a.type === "f32" ? float(a, b) : integers[a.type as "i32" | "i64"][whole](a, b);

/** The greater or lesser; NaN where either is. */
const extreme =
  (name: "max" | "min") =>
  (a: Value, b: Value): Value =>
    a.type === "f32" ? isNan(a).select(a, isNan(b).select(b, a[name](b))) : a[name](b);

/** Comparisons order booleans as 0 and 1. */
const compare =
  (name: "eq" | "ne" | "lt" | "le" | "gt" | "ge") =>
  (a: Value, b: Value): Value =>
    a.type === "bool" ? a.to("i32")[name](b.to("i32")) : a[name](b);

/** Shifts by the width or more, or by a negative count, move every bit out. */
const shift =
  (name: "shl" | "shr") =>
  (a: Value, b: Value): Value => {
    const width = a.type === "i64" ? 64 : 32;
    const inside = b.ge(0).and(b.lt(width));
    const beyond = name === "shl" ? like(a, 0) : a.shr(width - 1);
    return inside.select(a[name](b.and(width - 1).to("u32")), beyond);
  };

export const binary: { readonly [K in BinaryOp]: (a: Value, b: Value) => Value } = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b),
  floorDiv: byType(floorDivide, "floorDivide"),
  truncDiv: byType((a, b) => a.div(b).trunc(), "truncDivide"),
  fmod: byType(fmod, "truncRemainder"),
  remainder: byType(remainder, "remainder"),
  pow: byType(pow, "power"),
  max: extreme("max"),
  min: extreme("min"),
  atan2,
  copysign: withSign,
  nextafter: nextAfter,
  hypot,
  logaddexp,
  gcd: (a, b) => integers[a.type as "i32" | "i64"].gcd(a, b),
  eq: compare("eq"),
  ne: compare("ne"),
  lt: compare("lt"),
  le: compare("le"),
  gt: compare("gt"),
  ge: compare("ge"),
  and: (a, b) => a.and(b),
  or: (a, b) => a.or(b),
  xor: (a, b) => a.xor(b),
  shl: shift("shl"),
  shr: shift("shr"),
};

/** Operations whose integer form has no value for a divisor of 0. */
export const divisions: ReadonlySet<string> = new Set(["floorDiv", "truncDiv", "fmod", "remainder"]);
