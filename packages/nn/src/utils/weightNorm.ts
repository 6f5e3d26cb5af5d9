/** Weights as a length times a direction (`torch.nn.utils.weight_norm`, Salimans & Kingma 2016). */
import { ArgumentError, type Expr, noGrad, normalizeDim, rowwise, type Tensor } from "@flambeau/core";
import { type ForwardPreHook, removeHook } from "../module/hooks.js";
import type { Module } from "../module.js";
import { Parameter } from "../parameter.js";

const scaled = rowwise("weightNorm", (row, v: Expr, g: Expr) => v.mul(g.div(row.sum(v.square()).sqrt())));

/** Which hooks are those of weight normalisation, and of what. */
const normalized = new WeakMap<ForwardPreHook, { readonly name: string; readonly dim: number | null }>();

const members = (module: Module): Record<string, unknown> => module as unknown as Record<string, unknown>;
const othersOf = (x: Tensor, dim: number | null): number[] =>
  x.shape.map((_, d) => d).filter((d) => dim === null || d !== normalizeDim("weightNorm", dim, x.ndim));

function weightOf(module: Module, name: string, dim: number | null): Tensor {
  const { [`${name}G`]: g, [`${name}V`]: v } = members(module) as Record<string, Tensor>;
  return scaled(v as Tensor, g as Tensor, { dim: othersOf(v as Tensor, dim) });
}

/**
 * Replaces the parameter `name` of a module by two: its norm per index of `dim` (over everything with null), `weight_g`,
 * and its direction, `weight_v`. Before each forward the weight is computed from them. Returns the module. Throws
 * ArgumentError unless `name` is a parameter held directly.
 */
export function weightNorm<M extends Module>(module: M, name = "weight", dim: number | null = 0): M {
  const weight = members(module)[name];
  if (!(weight instanceof Parameter))
    throw new ArgumentError("weightNorm", `expected a parameter "${name}" in ${module.constructor.name}`);
  const norm = noGrad(() =>
    weight
      .square()
      .sum(othersOf(weight, dim), dim !== null)
      .sqrt(),
  );
  delete members(module)[name];
  module.registerParameter(`${name}G`, new Parameter(norm, weight.requiresGrad));
  module.registerParameter(`${name}V`, new Parameter(weight.detach(), weight.requiresGrad));
  const hook = (at: Module): void => {
    members(at)[name] = weightOf(at, name, dim);
  };
  normalized.set(hook, { name, dim });
  hook(module);
  module.registerForwardPreHook(hook);
  return module;
}

/** Makes the weight an ordinary parameter again, with its present values. Throws ArgumentError where `weightNorm` was not used. */
export function removeWeightNorm<M extends Module>(module: M, name = "weight"): M {
  let dim: number | null = null;
  const removed = removeHook(module, module.moduleHooks.forwardPre, ({ run }) => {
    const found = normalized.get(run);
    if (found?.name !== name) return false;
    dim = found.dim;
    return true;
  });
  if (!removed)
    throw new ArgumentError("removeWeightNorm", `no weight norm of "${name}" in ${module.constructor.name}`);
  const { requiresGrad } = members(module)[`${name}V`] as Parameter;
  const weight = noGrad(() => weightOf(module, name, dim));
  for (const part of [name, `${name}G`, `${name}V`]) delete members(module)[part];
  module.registerParameter(name, new Parameter(weight, requiresGrad));
  return module;
}
