/**
 * The operations of the IR, one row each: which types the arguments may have and what comes out. Values have them
 * as methods; the verifier reads this table, and every printer has a spelling for every name.
 */
import type { Type } from "./types.js";

interface Row {
  readonly args: number;
  /** Types the arguments may have; all arguments have the same one, unless `last` says otherwise. */
  readonly types: readonly Type[];
  /** The type of the last argument, where it is its own. */
  readonly last?: Type;
  readonly result: Type | "same";
}

const numbers = ["f32", "i32", "u32", "i64"] as const;
const unaryFloat = { args: 1, types: ["f32"], result: "same" } as const satisfies Row;
const arithmetic: Row = { args: 2, types: numbers, result: "same" };
const bits: Row = { args: 2, types: ["i32", "u32", "i64", "bool"], result: "same" };
const comparison: Row = { args: 2, types: numbers, result: "bool" };
const shift: Row = { args: 2, types: ["i32", "u32", "i64"], last: "u32", result: "same" };

export const intrinsics = {
  add: arithmetic,
  sub: arithmetic,
  mul: arithmetic,
  /** Of integers: towards zero; the divisor must be neither 0 nor, for the least dividend, -1. */
  div: arithmetic,
  /** Sign of the dividend; integers only, divisors as in `div`. */
  rem: { args: 2, types: ["i32", "u32", "i64"], result: "same" },
  /** Of floats: either argument where one is NaN. */
  min: arithmetic,
  max: arithmetic,
  neg: { args: 1, types: ["f32", "i32", "i64"], result: "same" },
  abs: { args: 1, types: ["f32", "i32", "i64"], result: "same" },
  and: bits,
  or: bits,
  xor: bits,
  /** Every bit of an integer inverted; logical for bool. */
  not: { args: 1, types: ["i32", "u32", "i64", "bool"], result: "same" },
  /** By less than the width. */
  shl: shift,
  /** By less than the width; keeps the sign of signed types. */
  shr: shift,
  eq: { ...comparison, types: [...numbers, "bool"] },
  ne: { ...comparison, types: [...numbers, "bool"] },
  lt: comparison,
  le: comparison,
  gt: comparison,
  ge: comparison,
  /** The upper 32 bits of a 64-bit product. */
  mulhi: { args: 2, types: ["u32"], result: "same" },
  /** Words of an i64, and an i64 of two words (low, high). */
  low: { args: 1, types: ["i64"], result: "u32" },
  high: { args: 1, types: ["i64"], result: "u32" },
  join: { args: 2, types: ["u32"], result: "i64" },
  floor: unaryFloat,
  ceil: unaryFloat,
  trunc: unaryFloat,
  /** Halves to the even integer. */
  round: unaryFloat,
  sqrt: unaryFloat,
  /**
   * The value that another invocation of the subgroup has: the one whose lane differs in the bits of the last argument, which are the
   * same for all and below 4, the size a subgroup has at least. Every invocation must come by.
   */
  shuffleXor: { args: 2, types: numbers, last: "u32", result: "same" },
} as const satisfies Readonly<Record<string, Row>>;

export type IntrinsicName = keyof typeof intrinsics;
export const intrinsic = (name: IntrinsicName): Row => intrinsics[name];

/** Atomic operations on a word of a buffer; `compareExchange` takes the expected word first. */
export const atomics = {
  add: 1,
  and: 1,
  or: 1,
  min: 1,
  max: 1,
  exchange: 1,
  compareExchange: 2,
  load: 0,
} as const;
export type AtomicName = keyof typeof atomics;

/** The type of a call, or a sentence about what is wrong with it. */
export function callType(name: IntrinsicName, args: readonly Type[]): Type | { readonly wrong: string } {
  const row = intrinsic(name);
  if (args.length !== row.args) return { wrong: `${name} takes ${row.args} arguments, got ${args.length}` };
  const first = args[0] as Type;
  for (const [i, type] of args.entries()) {
    const expected = row.last !== undefined && i === args.length - 1 ? row.last : first;
    if (type !== expected) return { wrong: `${name} takes ${expected} as argument ${i + 1}, got ${type}` };
  }
  if (!row.types.includes(first)) return { wrong: `${name} takes ${row.types.join(" or ")}, got ${first}` };
  return row.result === "same" ? first : row.result;
}
