/** Checks of constructor arguments. */
import { ArgumentError } from "@flambeau/core";

/** Throws ArgumentError unless the values are integers of at least `least`. */
export function checkIntegers(op: string, values: Readonly<Record<string, unknown>>, least = 1): void {
  for (const [what, value] of Object.entries(values))
    if (!Number.isInteger(value) || (value as number) < least)
      throw new ArgumentError(
        op,
        `expected ${what} to be an integer of at least ${least}, got ${String(value)}`,
      );
}

/**
 * A number for each of `nd` dimensions, or one for all of them. Throws ArgumentError unless they are integers
 * of at least `least`.
 */
export function perDimension(
  op: string,
  what: string,
  value: number | readonly number[],
  nd: number,
  least = 1,
): readonly number[] {
  const list = typeof value === "number" ? new Array<number>(nd).fill(value) : value;
  if (!Array.isArray(list) || list.length !== nd)
    throw new ArgumentError(
      op,
      `expected ${what} as a number or ${nd} of them, got ${JSON.stringify(value)}`,
    );
  list.forEach((n, i) => {
    checkIntegers(op, { [nd === 1 ? what : `${what}[${i}]`]: n }, least);
  });
  return list;
}
