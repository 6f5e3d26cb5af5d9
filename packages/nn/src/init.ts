/** Initialisation of parameters (`torch.nn.init`); each writes its tensor in place and returns it. */
import {
  ArgumentError,
  emptyLike,
  formatShape,
  type Generator,
  noGrad,
  ShapeError,
  type Tensor,
} from "@flambeau/core";
import { evaluateUnary } from "@flambeau/core/internal";

export interface InitOptions {
  readonly generator?: Generator;
}

/** Inputs and outputs of one unit of a weight [out, in, …kernel]. */
export function calculateFanInAndFanOut(weight: Tensor): { fanIn: number; fanOut: number } {
  if (weight.ndim < 2)
    throw new ShapeError(
      "init",
      `expected a weight of two or more dimensions, got shape ${formatShape(weight.shape)}`,
    );
  const field = weight.shape.slice(2).reduce((n, m) => n * m, 1);
  return { fanIn: (weight.shape[1] as number) * field, fanOut: (weight.shape[0] as number) * field };
}

const gains = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  conv3d: () => 1,
  conv_transpose1d: () => 1,
  conv_transpose2d: () => 1,
  conv_transpose3d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leaky_relu: (slope: number) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
} as const;
export type Nonlinearity = keyof typeof gains;

/**
 * The recommended gain of a nonlinearity; `param` is the slope of leaky ReLU. Throws ArgumentError for one it
 * does not know.
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  if (!Object.hasOwn(gains, nonlinearity))
    throw new ArgumentError(
      "calculateGain",
      `expected a nonlinearity of ${Object.keys(gains).join(", ")}, got "${String(nonlinearity)}"`,
    );
  return gains[nonlinearity](param);
}

/** Uniform in [a, b). */
export const uniform_ = (x: Tensor, a = 0, b = 1, options: InitOptions = {}): Tensor =>
  noGrad(() => x.uniform_(a, b, options));
/** Normal with this mean and standard deviation. */
export const normal_ = (x: Tensor, mean = 0, std = 1, options: InitOptions = {}): Tensor =>
  noGrad(() => x.normal_(mean, std, options));
/** One value everywhere. */
export const constant_ = (x: Tensor, value: number): Tensor => noGrad(() => x.fill_(value));
export const zeros_ = (x: Tensor): Tensor => constant_(x, 0);
export const ones_ = (x: Tensor): Tensor => constant_(x, 1);

/** Normal numbers cut off outside [a, b], each drawn through its quantile (`torch.nn.init.trunc_normal_`). */
export function truncNormal_(x: Tensor, mean = 0, std = 1, a = -2, b = 2, options: InitOptions = {}): Tensor {
  const erf = (bound: number): number => evaluateUnary("erf", (bound - mean) / (std * Math.SQRT2));
  return noGrad(() => {
    const wide = emptyLike(x, { dtype: x.dtype === "float64" ? "float64" : "float32" });
    const quantile = wide.uniform_(erf(a), erf(b), options);
    return x.copy_(
      quantile
        .erfinv()
        .mul(std * Math.SQRT2)
        .add(mean)
        .clamp(a, b),
    );
  });
}

/** Uniform with the variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export function xavierUniform_(x: Tensor, gain = 1, options: InitOptions = {}): Tensor {
  const { fanIn, fanOut } = calculateFanInAndFanOut(x);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(x, -bound, bound, options);
}
/** Normal with the variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export function xavierNormal_(x: Tensor, gain = 1, options: InitOptions = {}): Tensor {
  const { fanIn, fanOut } = calculateFanInAndFanOut(x);
  return normal_(x, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), options);
}

/** Which of a unit's numbers keeps the variance: of inputs, in forward, or of outputs, in backward. */
export type FanMode = "fan_in" | "fan_out";

function kaimingStd(x: Tensor, a: number, mode: FanMode, nonlinearity: Nonlinearity): number {
  const { fanIn, fanOut } = calculateFanInAndFanOut(x);
  const fans: { readonly [M in FanMode]: number } = { fan_in: fanIn, fan_out: fanOut };
  if (!Object.hasOwn(fans, mode))
    throw new ArgumentError("init", `expected mode "fan_in" or "fan_out", got "${String(mode)}"`);
  return calculateGain(nonlinearity, a) / Math.sqrt(fans[mode]);
}

/** Uniform with the variance gain² / fan (He et al. 2015). */
export function kaimingUniform_(
  x: Tensor,
  a = 0,
  mode: FanMode = "fan_in",
  nonlinearity: Nonlinearity = "leaky_relu",
  options: InitOptions = {},
): Tensor {
  if (x.numel === 0) return x;
  const bound = Math.sqrt(3) * kaimingStd(x, a, mode, nonlinearity);
  return uniform_(x, -bound, bound, options);
}
/** Normal with the variance gain² / fan (He et al. 2015). */
export function kaimingNormal_(
  x: Tensor,
  a = 0,
  mode: FanMode = "fan_in",
  nonlinearity: Nonlinearity = "leaky_relu",
  options: InitOptions = {},
): Tensor {
  return x.numel === 0 ? x : normal_(x, 0, kaimingStd(x, a, mode, nonlinearity), options);
}

/** The identity matrix, for a weight of two dimensions. */
export function eye_(x: Tensor): Tensor {
  if (x.ndim !== 2)
    throw new ShapeError("eye_", `expected a tensor of two dimensions, got shape ${formatShape(x.shape)}`);
  return noGrad(() => {
    x.zero_();
    x.diagonal().fill_(1);
    return x;
  });
}

/**
 * Convolutions that pass their input on: 1 at the kernel's centre, from input channel i to output channel i
 * of every group.
 */
export function dirac_(x: Tensor, groups = 1): Tensor {
  if (x.ndim < 3 || x.ndim > 5)
    throw new ShapeError(
      "dirac_",
      `expected a tensor of 3 to 5 dimensions, got shape ${formatShape(x.shape)}`,
    );
  const [out, channels] = x.shape as unknown as [number, number];
  if (out % groups !== 0)
    throw new ArgumentError("dirac_", `expected ${out} output channels to divide into ${groups} groups`);
  return noGrad(() => {
    x.zero_();
    let centre = x;
    for (const size of x.shape.slice(2)) centre = centre.select(2, Math.floor(size / 2));
    const perGroup = out / groups;
    for (let g = 0; g < groups; g++)
      centre
        .narrow(0, g * perGroup, perGroup)
        .narrow(1, 0, channels)
        .diagonal()
        .fill_(1);
    return x;
  });
}

/**
 * Normal numbers, of which `sparsity` of every column, rounded up, are set to 0 at random places (Martens
 * 2010); for a weight of two dimensions.
 */
export function sparse_(x: Tensor, sparsity: number, std = 0.01, options: InitOptions = {}): Tensor {
  if (x.ndim !== 2)
    throw new ShapeError("sparse_", `expected a tensor of two dimensions, got shape ${formatShape(x.shape)}`);
  if (!(sparsity >= 0 && sparsity <= 1))
    throw new ArgumentError("sparse_", `expected sparsity from 0 to 1, got ${sparsity}`);
  const zeroed = Math.ceil(sparsity * (x.shape[0] as number));
  return noGrad(() => {
    x.normal_(0, std, options);
    // The order of random numbers is a permutation of the rows, another one for every column.
    const order = x.clone().uniform_(0, 1, options).argsort(0);
    return x.scatter_(0, order.narrow(0, 0, zeroed).long(), 0);
  });
}
