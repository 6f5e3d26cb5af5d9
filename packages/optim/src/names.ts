/** Names in state dicts. */
import { ArgumentError } from "@flambeau/core";

/** Throws ArgumentError unless `given`, a part of a state dict, has exactly the names expected. */
export function checkNames(where: string, expected: readonly string[], given: object): void {
  const missing = expected.filter((name) => !Object.hasOwn(given, name));
  const unknown = Object.keys(given).filter((name) => !expected.includes(name));
  if (missing.length > 0) throw new ArgumentError(where, `the state lacks ${missing.join(", ")}`);
  if (unknown.length > 0) throw new ArgumentError(where, `the state has unknown ${unknown.join(", ")}`);
}
