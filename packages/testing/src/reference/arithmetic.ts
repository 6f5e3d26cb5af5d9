/** Arithmetic per dtype: floats in double (rounded when stored), integers that wrap, int64 as bigint, bool as or / and. */
import type { DType } from "@flambeau/core";
import { kindOf } from "@flambeau/core";
import type { Element } from "./elements.js";

export interface Arithmetic {
  readonly zero: Element;
  readonly one: Element;
  add(a: Element, b: Element): Element;
  mul(a: Element, b: Element): Element;
  max(a: Element, b: Element): Element;
  min(a: Element, b: Element): Element;
}

const extremes = {
  max: (a: Element, b: Element): Element => (Number.isNaN(a) ? a : b > a || Number.isNaN(b) ? b : a),
  min: (a: Element, b: Element): Element => (Number.isNaN(a) ? a : b < a || Number.isNaN(b) ? b : a),
};

const float: Arithmetic = {
  zero: 0,
  one: 1,
  add: (a, b) => Number(a) + Number(b),
  mul: (a, b) => Number(a) * Number(b),
  ...extremes,
};

const int32: Arithmetic = {
  zero: 0,
  one: 1,
  add: (a, b) => (Number(a) + Number(b)) | 0,
  mul: (a, b) => Math.imul(Number(a), Number(b)),
  ...extremes,
};

const int64: Arithmetic = {
  zero: 0n,
  one: 1n,
  add: (a, b) => BigInt.asIntN(64, BigInt(a) + BigInt(b)),
  mul: (a, b) => BigInt.asIntN(64, BigInt(a) * BigInt(b)),
  ...extremes,
};

const bool: Arithmetic = {
  zero: 0,
  one: 1,
  add: (a, b) => (a || b ? 1 : 0),
  mul: (a, b) => (a && b ? 1 : 0),
  ...extremes,
};

export function arithmeticOf(dtype: DType): Arithmetic {
  const kind = kindOf(dtype);
  if (kind === "f") return float;
  if (kind === "b") return bool;
  return dtype === "int64" ? int64 : int32;
}

/** An element of one dtype as an element of another: floats lose their fraction, bool is "not zero". */
export function convert(value: Element, to: DType): Element {
  const kind = kindOf(to);
  if (kind === "f") return Number(value);
  if (kind === "b") return Number(value) === 0 ? 0 : 1;
  const whole = typeof value === "bigint" ? value : wholeOf(value);
  return to === "int64" ? BigInt.asIntN(64, whole) : Number(BigInt.asIntN(32, whole));
}

/** A float without its fraction; what no integer can hold becomes 0. */
const wholeOf = (value: number): bigint => (Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n);
