/** Deep copies of modules (`copy.deepcopy`). */
import { Tensor } from "@flambeau/core";
import { Parameter, UninitializedBuffer, UninitializedParameter } from "../parameter.js";

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

function copyTensor(from: Tensor): Tensor {
  const made = sameKind(from);
  if (from.isLeaf && from.grad !== null) made.grad = from.grad.detach().clone();
  return made;
}

function sameKind(from: Tensor): Tensor {
  const { dtype, device, requiresGrad } = from;
  if (from instanceof UninitializedBuffer) return new UninitializedBuffer({ dtype, device });
  if (from instanceof UninitializedParameter)
    return new UninitializedParameter({ dtype, device }).requiresGrad_(requiresGrad);
  const data = from.detach().clone();
  if (from instanceof Parameter) return new Parameter(data, requiresGrad);
  return requiresGrad ? data.requiresGrad_() : data;
}
