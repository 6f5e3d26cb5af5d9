/** The program under construction: what free functions such as `constant` build into. */
import { ArgumentError } from "../errors.js";
import type { Algebra } from "./algebra.js";

let current: Algebra | null = null;

/** Runs `build` with `algebra` as the one that free functions use. */
export function building<T>(algebra: Algebra, build: () => T): T {
  const outer = current;
  current = algebra;
  try {
    return build();
  } finally {
    current = outer;
  }
}

/** The algebra of the definition that is running. */
export function currentAlgebra(op: string): Algebra {
  if (current === null) {
    throw new ArgumentError(op, "expected a call inside a pointwise or rowwise definition, got one outside");
  }
  return current;
}
