/** Scopes free, when they end, the tensors made inside them. */
import { synchronous } from "./synchronous.js";
import type { Tensor } from "./tensor.js";

interface Scope {
  readonly tensors: Set<Tensor>;
  readonly outer: Scope | null;
}

/** The innermost scope that runs. */
let current: Scope | null = null;

/** Tensors that `hold` took out of a scope. */
const held = new WeakSet<Tensor>();

/** What objects that hold tensors, such as modules, list them under: a scope that returns one leaves them alive. */
export const tensorsIn: unique symbol = Symbol("flambeau.tensorsIn");

/** Called for every new tensor handle. */
export function track(tensor: Tensor): void {
  current?.tensors.add(tensor);
}

/** Whether a scope that runs was going to free the tensor. */
function takeOut(tensor: Tensor): boolean {
  for (let scope = current; scope !== null; scope = scope.outer)
    if (scope.tensors.delete(tensor)) return true;
  return false;
}

/** Takes a tensor out of the scope it was made in, so that it lives on; returns it. */
export function keep<T extends Tensor>(tensor: T): T {
  takeOut(tensor);
  held.delete(tensor);
  return tensor;
}

/**
 * As `keep`, for as long as something that outlives the scope refers to the tensor: `letGo` then hands what a scope would
 * have freed to the scope that runs at that time. So a loop of scopes frees what one turn leaves for the next.
 */
export function hold<T extends Tensor>(tensor: T): T {
  if (takeOut(tensor)) held.add(tensor);
  return tensor;
}

/** Ends `hold`: a tensor that nobody passed to `keep` meanwhile belongs to the innermost scope from now on. */
export function letGo(tensor: Tensor): void {
  if (held.delete(tensor)) track(tensor);
}

function release({ tensors }: Scope, result: unknown): void {
  const survive = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    if (Array.isArray(value)) value.forEach(survive);
    else if (tensors.delete(value as Tensor)) track(value as Tensor);
    else if (held.delete(value as Tensor)) return;
    else if (tensorsIn in value) for (const tensor of value[tensorsIn] as Iterable<Tensor>) survive(tensor);
    else if (Object.getPrototypeOf(value) === Object.prototype) Object.values(value).forEach(survive);
  };
  survive(result);
  for (const tensor of tensors) tensor.dispose();
}

/**
 * Runs `body` and frees at its end every tensor made inside, except those it returns (alone, in arrays, in plain
 * objects or in a module) and those passed to `keep`. Gradients of leaves live on with them; one that is dropped within a later scope
 * (`zeroGrad`) is freed by that one. Tensors still needed by a recorded graph that outlives the scope keep their memory. Scopes nest.
 * Throws ArgumentError for a body that returns a promise.
 */
export function scope<T>(body: () => T): T {
  const mine: Scope = { tensors: new Set(), outer: current };
  current = mine;
  let result: T | undefined;
  try {
    result = synchronous("scope", body());
    return result;
  } finally {
    current = mine.outer;
    release(mine, result);
  }
}
