/** State dicts of schedulers. */
import { ArgumentError } from "@flambeau/core";
import { checkNames } from "../names.js";

/** Plain values by name. */
export type Restored = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const shown = (value: unknown): string =>
  Array.isArray(value) ? `a list of ${value.length}` : value === null ? "null" : typeof value;

/**
 * Throws ArgumentError unless `given` has the names that `own` has, and lists of the same lengths where it has lists,
 * within them too.
 */
export function expectAlike(op: string, own: object, given: unknown): void {
  if (!isObject(given)) throw new ArgumentError(op, `expected a state dict, got ${shown(given)}`);
  checkNames(op, Object.keys(own), given);
  for (const [key, value] of Object.entries(own)) {
    const found = (given as Restored)[key];
    if (shown(value) !== shown(found)) {
      throw new ArgumentError(op, `expected ${key} to be ${shown(value)}, got ${shown(found)}`);
    }
    if (isObject(value)) expectAlike(`${op}: ${key}`, value, found);
  }
}
