/** Deep copies of modules (`copy.deepcopy`). */
import { Tensor } from "@flambeau/core";
import { isUninitialized, Parameter, type UninitializedBuffer } from "../parameter.js";

/**
 * A copy of everything that `value` holds in its properties: tensors, and what may hold tensors, which is
 * arrays, maps, sets, plain objects and what `isHolder` says. All else (devices, generators, functions) is
 * shared. What occurs twice, such as a tied parameter, is one in the copy too.
 */
export function deepCopy<T>(value: T, isHolder: (value: object) => boolean): T {
  const copies = new Map<unknown, unknown>();
  const copy = (from: unknown): unknown => {
    if (typeof from !== "object" || from === null) return from;
    if (!copies.has(from)) copyOf(from, isHolder, copy, (made) => void copies.set(from, made));
    return copies.get(from);
  };
  return copy(value) as T;
}

/** Hands the copy to `register` before it is filled, so that cycles end there. */
function copyOf(
  from: object,
  isHolder: (value: object) => boolean,
  copy: (value: unknown) => unknown,
  register: (made: object) => void,
): void {
  if (from instanceof Tensor) register(copyTensor(from));
  else if (from instanceof Map) {
    const made = new Map<unknown, unknown>();
    register(made);
    for (const [key, value] of from) made.set(key, copy(value));
  } else if (from instanceof Set) {
    const made = new Set<unknown>();
    register(made);
    for (const value of from) made.add(copy(value));
  } else if (isPlain(from) || isHolder(from)) {
    const made = Array.isArray(from) ? [] : (Object.create(Object.getPrototypeOf(from)) as object);
    register(made);
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(from)))
      Object.defineProperty(
        made,
        name,
        "value" in property ? { ...property, value: copy(property.value) } : property,
      );
  } else register(from);
}

/** Objects that are nothing but their properties. */
function isPlain(from: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(from);
  return Array.isArray(from) || prototype === Object.prototype || prototype === null;
}

/** A leaf of the same class, with the gradient where there is one. */
function copyTensor(from: Tensor): Tensor {
  const { dtype, device, requiresGrad } = from;
  const made = isUninitialized(from)
    ? new (from.constructor as typeof UninitializedBuffer)({ dtype, device })
    : from instanceof Parameter
      ? new Parameter(from.detach().clone(), false)
      : from.detach().clone();
  made.requiresGrad_(requiresGrad);
  if (from.isLeaf && from.grad !== null) made.grad = from.grad.detach().clone();
  return made;
}
