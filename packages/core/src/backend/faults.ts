/** Errors that only a kernel can see, worded alike on every device. */
import { ArgumentError, IndexError } from "../errors.js";

/** `value` was used as an index into dimension `dimension`, which has `size` elements, by the operator `op`. */
export const indexOutOfRange = (
  op: string,
  value: number | bigint,
  size: number,
  dimension: number,
): IndexError =>
  new IndexError(op, `index ${value} is out of range for dimension ${dimension} of size ${size}`);

/** Integers were divided by zero by the operator `op`. */
export const integerDivisionByZero = (op: string): ArgumentError =>
  new ArgumentError(op, "division by zero: expected non-zero integer divisors, got 0");
