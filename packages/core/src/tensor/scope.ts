/** Scopes free, when they end, the tensors made inside them. */
import type { Tensor } from "./tensor.js";

type Scope = Set<Tensor>;

let current: Scope | null = null;

/** Called for every new tensor handle. */
export function track(tensor: Tensor): void {
  current?.add(tensor);
}

/** Takes a tensor out of the scope it was made in, so that it lives on; returns it. */
export function keep<T extends Tensor>(tensor: T): T {
  current?.delete(tensor);
  return tensor;
}

function release(scope: Scope, result: unknown, outer: Scope | null): void {
  const survive = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(survive);
    else if (scope.has(value as Tensor)) {
      scope.delete(value as Tensor);
      outer?.add(value as Tensor);
    } else if (
      value !== null &&
      typeof value === "object" &&
      Object.getPrototypeOf(value) === Object.prototype
    ) {
      Object.values(value).forEach(survive);
    }
  };
  survive(result);
  for (const tensor of scope) tensor.dispose();
}

/**
 * Runs `body` and frees at its end every tensor made inside, except those it returns (alone, in arrays or in plain
 * objects) and those passed to `keep`. Tensors still needed by a recorded graph that outlives the scope keep their memory. Scopes nest.
 * `body` must be synchronous.
 */
export function scope<T>(body: () => T): T {
  const outer = current;
  const mine: Scope = new Set();
  current = mine;
  let result: T | undefined;
  try {
    result = body();
    return result;
  } finally {
    current = outer;
    release(mine, result, outer);
  }
}
