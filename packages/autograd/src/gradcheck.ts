/** Gradients against finite differences. */
import { ArgumentError, AutogradError, enableGrad, noGrad, Tensor, tensor } from "@flambeau/core";
import { formatShape } from "@flambeau/core/internal";
import { grad } from "./backward.js";
import { requiresGrad } from "./history.js";

export type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

export interface GradcheckOptions {
  /** Step of the central differences. */
  eps?: number;
  /** Absolute and relative tolerance: |analytic - numeric| <= atol + rtol * |numeric|. */
  atol?: number;
  rtol?: number;
  /** Seed of the random cotangents. */
  seed?: number;
}

const outputsOf = (f: Differentiable, inputs: readonly Tensor[]): readonly Tensor[] => {
  const result = f(...inputs);
  const list: readonly Tensor[] = result instanceof Tensor ? [result] : result;
  return list.filter((out) => out.dtype === "float64");
};

/** Numbers in [-1, 1], the same for the same seed (a 32-bit linear congruence is enough here). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function valuesOf(x: Tensor): Float64Array {
  return Float64Array.from(x.dataSync() as Float64Array);
}

const fromValues = (values: Float64Array, like: Tensor, requires: boolean): Tensor =>
  tensor(values, { dtype: "float64", device: like.device, requiresGrad: requires }).reshape([...like.shape]);

function leafOf(values: Float64Array, like: Tensor): Tensor {
  const leaf = fromValues(values, like, false).detach();
  leaf.requiresGrad = true;
  return leaf;
}

function check(f: Differentiable, inputs: readonly Tensor[]): number[] {
  const wanted = inputs.flatMap((x, i) => (requiresGrad(x) ? [i] : []));
  if (wanted.length === 0)
    throw new ArgumentError("gradcheck", "expected at least one input that requires grad, got none");
  for (const i of wanted) {
    const x = inputs[i] as Tensor;
    if (x.dtype !== "float64")
      throw new ArgumentError("gradcheck", `expected float64 inputs, got ${x.dtype} for input ${i}`);
  }
  if (noGrad(() => outputsOf(f, inputs)).length === 0) {
    throw new ArgumentError("gradcheck", "expected at least one float64 output, got none");
  }
  return wanted;
}

/**
 * Compares the gradients of `f` with central differences in float64, for every element of every input that requires
 * grad, under random cotangents of all float64 outputs (`torch.autograd.gradcheck`). Inputs that require no grad are passed as
 * they are. Returns true, or throws AutogradError with the elements that differ. Needs a device that reads synchronously.
 */
export function gradcheck(
  f: Differentiable,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): true {
  const { eps = 1e-6, atol = 1e-6, rtol = 1e-4, seed = 1 } = options;
  const wanted = check(f, inputs);
  const values = inputs.map((x) => (requiresGrad(x) ? valuesOf(x) : null));
  const given = inputs.map((x, i) => (values[i] === null ? x : leafOf(values[i] as Float64Array, x)));

  const outputs = outputsOf(f, given);
  const next = randomNumbers(seed);
  const weights = outputs.map((out) => Float64Array.from({ length: out.numel }, next));
  const used = outputs.flatMap((out, i) => (requiresGrad(out) ? [i] : []));
  const analytic =
    used.length === 0
      ? wanted.map(() => null)
      : grad(
          used.map((i) => outputs[i] as Tensor),
          wanted.map((i) => given[i] as Tensor),
          {
            gradOutputs: used.map((i) => fromValues(weights[i] as Float64Array, outputs[i] as Tensor, false)),
            allowUnused: true,
          },
        );

  const weighted = (at: number, moved: Float64Array): number =>
    noGrad(() => {
      const args = given.map((x, i) => (i === at ? fromValues(moved, x, false) : x));
      let sum = 0;
      outputsOf(f, args).forEach((out, i) => {
        valuesOf(out).forEach((value, j) => {
          sum += value * ((weights[i] as Float64Array)[j] as number);
        });
      });
      return sum;
    });

  const wrong: string[] = [];
  wanted.forEach((at, i) => {
    const start = values[at] as Float64Array;
    const found = analytic[i] == null ? new Float64Array(start.length) : valuesOf(analytic[i] as Tensor);
    for (let j = 0; j < start.length; j++) {
      const shifted = (by: number): Float64Array => start.map((value, k) => (k === j ? value + by : value));
      const numeric = (weighted(at, shifted(eps)) - weighted(at, shifted(-eps))) / (2 * eps);
      const difference = Math.abs((found[j] as number) - numeric);
      if (!(difference <= atol + rtol * Math.abs(numeric))) {
        const shape = formatShape((inputs[at] as Tensor).shape);
        wrong.push(
          `input ${at} of shape ${shape}, element ${j}: gradient ${found[j]}, by differences ${numeric}`,
        );
      }
    }
  });
  if (wrong.length === 0) return true;
  const shown = wrong.slice(0, 8).join("; ");
  throw new AutogradError(
    "gradcheck",
    `${wrong.length} gradient elements differ from central differences: ${shown}`,
  );
}

/**
 * Checks second derivatives: gradcheck of the gradient of `f`, as a function of inputs and cotangents
 * (`torch.autograd.gradgradcheck`). Returns true or throws AutogradError.
 */
export function gradgradcheck(
  f: Differentiable,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): true {
  const wanted = check(f, inputs);
  const outputs = noGrad(() => outputsOf(f, inputs));
  const next = randomNumbers((options.seed ?? 1) + 7);
  const cotangents = outputs.map((out) => leafOf(Float64Array.from({ length: out.numel }, next), out));
  const gradient: Differentiable = (...args) => {
    const xs = args.slice(0, inputs.length);
    const vs = args.slice(inputs.length);
    // Differences are taken of plain copies; these must require grad to have a gradient at all.
    const given = xs.map((x, i) => {
      if (!wanted.includes(i) || requiresGrad(x)) return x;
      const leaf = x.detach();
      leaf.requiresGrad = true;
      return leaf;
    });
    return gradientsOf(f, given, wanted, vs);
  };
  return gradcheck(gradient, [...inputs, ...cotangents], options);
}

function gradientsOf(
  f: Differentiable,
  inputs: readonly Tensor[],
  wanted: readonly number[],
  weights: readonly Tensor[],
): Tensor[] {
  return enableGrad(() => {
    const outputs = outputsOf(f, inputs);
    const used = outputs.flatMap((out, i) => (requiresGrad(out) ? [i] : []));
    const gradients = grad(
      used.map((i) => outputs[i] as Tensor),
      wanted.map((i) => inputs[i] as Tensor),
      { gradOutputs: used.map((i) => weights[i] as Tensor), createGraph: true, allowUnused: true },
    );
    return gradients.filter((g): g is Tensor => g !== null);
  });
}
