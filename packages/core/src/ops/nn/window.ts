/** Arguments that are one number for all spatial dimensions or one for each. */
import { ArgumentError } from "../../errors.js";

export type Sizes = number | readonly number[];

/** One integer of at least `least` per spatial dimension. */
export function perDimension(op: string, what: string, value: Sizes, nd: number, least: number): number[] {
  const list = typeof value === "number" ? [value] : [...value];
  const full: number[] = list.length === 1 ? new Array(nd).fill(list[0]) : list;
  if (full.length !== nd || full.some((n) => !Number.isInteger(n) || n < least)) {
    throw new ArgumentError(
      op,
      `expected ${what} as ${nd === 1 ? "an integer" : `${nd} integers`} of at least ${least}, got ${JSON.stringify(value)}`,
    );
  }
  return full;
}
