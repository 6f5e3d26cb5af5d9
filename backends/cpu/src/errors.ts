/** Errors that only a kernel can see: numbers on the native side, sentences here. */
import { FlambeauError, indexOutOfRange, integerDivisionByZero, OutOfMemoryError } from "@flambeau/core";

const names: string[] = ["cpu"];
const ids = new Map<string, number>();

/** A number that stands for an operator's name in commands. */
export function opId(name: string): number {
  let id = ids.get(name);
  if (id === undefined) {
    id = names.length;
    names.push(name);
    ids.set(name, id);
  }
  return id;
}

/** Mirrors `ErrorCode` in native/runtime/runtime.h. */
const makers: Record<number, (op: string, value: number, size: number, dimension: number) => FlambeauError> =
  {
    1: indexOutOfRange,
    2: (op) => new OutOfMemoryError(op, "no memory was left for the work space of a kernel"),
    4: integerDivisionByZero,
    3: (op, value) => new FlambeauError(op, `command ${value} is unknown to the native addon; rebuild it`),
  };

/** The typed error, or null for code 0. */
export function kernelError(
  code: number,
  op: number,
  value: number,
  size: number,
  dimension: number,
): FlambeauError | null {
  return makers[code]?.(names[op] ?? "cpu", value, size, dimension) ?? null;
}
