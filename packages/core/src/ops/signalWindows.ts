/** Windows of signal processing: n weights that fall off to both sides, periodic (one period of n + 1) unless told otherwise. */
import { ArgumentError } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { type CreationOptions, ones, tensor } from "./creation.js";
import { expectInteger } from "./expect.js";
import { isOptions } from "./op.js";
import { scaledBesselI } from "./special/quadrature.js";

export interface WindowOptions extends CreationOptions {
  /** Whether the window is one period of a periodic one (the default) or symmetric. */
  readonly periodic?: boolean;
}
type Parameter = "alpha" | "beta";
type OptionsWith<P extends Parameter> = WindowOptions & { readonly [K in P]?: number };

/**
 * A window by its weight at the fraction t in [0, 1] of its length. Its parameters come by position after `periodic`, in the order of
 * `defaults`, or by name.
 */
function windowFunction<P extends Parameter>(
  op: string,
  defaults: { readonly [K in P]: number },
  weight: (t: number, parameters: { readonly [K in P]: number }) => number,
) {
  const names = Object.keys(defaults) as P[];
  return (
    windowLength: number,
    ...rest: readonly (boolean | number | OptionsWith<P> | CreationOptions)[]
  ): Tensor => {
    expectInteger(op, 0, "a window length of at least 0", windowLength);
    const last = rest[rest.length - 1];
    const named = (isOptions(last) ? last : {}) as OptionsWith<P>;
    const [first, ...others] = isOptions(last) ? rest.slice(0, -1) : rest;
    const parameters: { [K in P]: number } = { ...defaults };
    names.forEach((name, i) => {
      const value = others[i] ?? named[name] ?? defaults[name];
      if (typeof value !== "number")
        throw new ArgumentError(op, `expected ${name} to be a number, got ${typeof value}`);
      parameters[name] = value;
    });
    const { dtype, device, requiresGrad } = named;
    const options = { dtype, device, requiresGrad };
    if (windowLength === 1) return ones([1], options);
    const periodic = first ?? named.periodic ?? true;
    const span = periodic === true ? windowLength : windowLength - 1;
    return tensor(
      Array.from({ length: windowLength }, (_, k) => weight(k / span, parameters)),
      options,
    );
  };
}

const wave = (t: number, times: number): number => Math.cos(2 * Math.PI * times * t);

/** 1/2 - 1/2 cos (`torch.hann_window`). */
export const hannWindow = windowFunction("hannWindow", {}, (t) => 0.5 - 0.5 * wave(t, 1));
/** alpha - beta cos (`torch.hamming_window`). */
export const hammingWindow = windowFunction(
  "hammingWindow",
  { alpha: 0.54, beta: 0.46 },
  (t, { alpha, beta }) => alpha - beta * wave(t, 1),
);
/** 0.42 - 0.5 cos + 0.08 cos of twice the angle (`torch.blackman_window`). */
export const blackmanWindow = windowFunction(
  "blackmanWindow",
  {},
  (t) => 0.42 - 0.5 * wave(t, 1) + 0.08 * wave(t, 2),
);
/** A triangle from 0 to 1 and back (`torch.bartlett_window`). */
export const bartlettWindow = windowFunction("bartlettWindow", {}, (t) => 1 - Math.abs(2 * t - 1));
/** I0(beta sqrt(1 - (2t - 1)^2)) / I0(beta) (`torch.kaiser_window`). */
export const kaiserWindow = windowFunction("kaiserWindow", { beta: 12 }, (t, { beta }) => {
  const x = beta * Math.sqrt(Math.max(0, 1 - (2 * t - 1) ** 2));
  return (scaledBesselI(0, x) / scaledBesselI(0, beta)) * Math.exp(x - beta);
});
