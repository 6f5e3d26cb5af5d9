/**
 * Every primitive call passes through here. Transforms (autograd, and later tracing, autocast, profiling) see it
 * outermost first and decide what happens; without any the primitive runs on the device.
 */
import type { Tensor } from "../tensor/tensor.js";
import { execute } from "./execute.js";
import type { PrimitiveName, PrimitiveParams } from "./primitives.js";

export type Next = <P extends PrimitiveName>(
  name: P,
  inputs: readonly Tensor[],
  params: PrimitiveParams[P],
) => Tensor[];

export interface Transform {
  readonly name: string;
  /** Lower is further out. */
  readonly order: number;
  /** Whether this call concerns the transform; a quick test, asked for every call. */
  concerns(inputs: readonly Tensor[]): boolean;
  apply<P extends PrimitiveName>(
    name: P,
    inputs: readonly Tensor[],
    params: PrimitiveParams[P],
    next: Next,
  ): Tensor[];
}

const transforms: Transform[] = [];

/** Adds a transform; returns the function that removes it. */
export function addTransform(transform: Transform): () => void {
  transforms.push(transform);
  transforms.sort((a, b) => a.order - b.order);
  return () => {
    const at = transforms.indexOf(transform);
    if (at >= 0) transforms.splice(at, 1);
  };
}

/** Whether a call on these inputs can go straight to the device. */
export function isUnobserved(inputs: readonly Tensor[]): boolean {
  for (const transform of transforms) if (transform.concerns(inputs)) return false;
  return true;
}

function from<P extends PrimitiveName>(
  level: number,
  name: P,
  inputs: readonly Tensor[],
  params: PrimitiveParams[P],
): Tensor[] {
  for (let i = level; i < transforms.length; i++) {
    const transform = transforms[i] as Transform;
    if (transform.concerns(inputs))
      return transform.apply(name, inputs, params, (n, x, p) => from(i + 1, n, x, p));
  }
  return execute[name](inputs, params);
}

/** Runs a primitive. */
export const apply: Next = (name, inputs, params) => from(0, name, inputs, params);

/** Runs a primitive that has one output. */
export function applyOne<P extends PrimitiveName>(
  name: P,
  inputs: readonly Tensor[],
  params: PrimitiveParams[P],
): Tensor {
  return apply(name, inputs, params)[0] as Tensor;
}
