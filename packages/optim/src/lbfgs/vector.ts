/** Parameters seen as one vector. */
import { cat, type Tensor } from "@flambeau/core";

/** All gradients behind one another; zeros where there is none. */
export const gradientOf = (params: readonly Tensor[]): Tensor =>
  cat(params.map((param) => (param.grad ?? param.detach().mul(0)).reshape(-1)));

/** All values behind one another, as a copy. */
export const valuesOf = (params: readonly Tensor[]): Tensor =>
  cat(params.map((param) => param.detach().reshape(-1).clone()));

/** The parts of a vector that belong to the parameters, in their shapes. */
function* parts(params: readonly Tensor[], vector: Tensor): Generator<[Tensor, Tensor]> {
  let at = 0;
  for (const param of params) {
    yield [param, vector.narrow(0, at, param.numel).reshape(param.shape)];
    at += param.numel;
  }
}

/** Moves the parameters, in place, by `scale` times `direction`. */
export function move(params: readonly Tensor[], direction: Tensor, scale: number): void {
  for (const [param, part] of parts(params, direction)) param.add_(part, { alpha: scale });
}

/** Writes a vector's values into the parameters. */
export function place(params: readonly Tensor[], values: Tensor): void {
  for (const [param, part] of parts(params, values)) param.copy_(part);
}

export const dot = (a: Tensor, b: Tensor): number => a.dot(b).itemSync();
/** The greatest magnitude. */
export const greatest = (a: Tensor): number => a.abs().max().itemSync();
