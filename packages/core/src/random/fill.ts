/** Tensors overwritten by random numbers. Each call is one draw of a generator; elements are taken by their position. */
import { type DType, isFloat } from "../dtype.js";
import { ArgumentError, DTypeError } from "../errors.js";
import { pointwise } from "../fused/pointwise.js";
import { noGrad } from "../gradMode.js";
import { empty } from "../ops/creation.js";
import type { Expr } from "../program/expr.js";
import { rand as draw, randBits } from "../program/leaves.js";
import { write } from "../tensor/inplace.js";
import type { Tensor } from "../tensor/tensor.js";
import { defaultGenerator, type Generator } from "./generator.js";

export interface DrawOptions {
  readonly generator?: Generator;
}

/** Overwrites x by a draw, as every in-place operation does. */
function fill(
  op: string,
  x: Tensor,
  generator: Generator | undefined,
  run: (target: Tensor, seed: bigint, offset: bigint) => void,
): Tensor {
  const { seed, offset } = (generator ?? defaultGenerator).next();
  if (x.numel === 0) return x;
  const target = empty(x.shape, { dtype: x.dtype, device: x.device });
  run(target, seed, offset);
  const written = write(op, x, target);
  target.dispose();
  return written;
}

function needsFloat(op: string, dtype: DType): void {
  if (!isFloat(dtype)) throw new DTypeError(op, `expected a float dtype, got ${dtype}`);
}

const asFloat = { dtype: "promote", promote: [0] } as const;

/** Overwrites x by what `f` makes of itself, seed, offset, and the distribution's parameters. */
/* @__NO_SIDE_EFFECTS__ */
function distribution<P extends Expr[]>(
  name: string,
  f: (x: Expr, seed: Expr, offset: Expr, ...parameters: P) => Expr,
): (x: Tensor, options: DrawOptions, ...parameters: { [K in keyof P]: number }) => Tensor {
  const kernel = pointwise(name, f, asFloat);
  return (x, { generator }, ...parameters) => {
    needsFloat(name, x.dtype);
    return fill(name, x, generator, (t, seed, offset) => kernel.into([t], t, seed, offset, ...parameters));
  };
}

const uniform = distribution("uniform_", (_x, seed, offset, low: Expr, high: Expr) =>
  draw(seed, offset).mul(high.sub(low)).add(low),
);

/** Overwrites x by uniform numbers from [from, to) (`Tensor.uniform_`). */
export function uniform_(x: Tensor, from = 0, to = 1, options: DrawOptions = {}): Tensor {
  if (from > to) throw new ArgumentError("uniform_", `expected from <= to, got ${from} and ${to}`);
  return uniform(x, options, from, to);
}

/** Box–Muller on two independent streams; 1 - u is never 0. */
const normal = distribution("normal_", (_x, seed, offset, mean: Expr, std: Expr) => {
  const radius = draw(seed, offset, 0).neg().add(1).log().mul(-2).sqrt();
  const angle = draw(seed, offset, 1).mul(2 * Math.PI);
  return radius.mul(angle.cos()).mul(std).add(mean);
});

/** Overwrites x by normal numbers (`Tensor.normal_`). */
export function normal_(x: Tensor, mean = 0, std = 1, options: DrawOptions = {}): Tensor {
  if (std < 0) throw new ArgumentError("normal_", `expected std of at least 0, got ${std}`);
  return normal(x, options, mean, std);
}

const exponential = distribution("exponential_", (_x, seed, offset, rate: Expr) =>
  draw(seed, offset).neg().log1p().neg().div(rate),
);

/** Overwrites x by exponential numbers of rate lambda (`Tensor.exponential_`). */
export function exponential_(x: Tensor, lambda = 1, options: DrawOptions = {}): Tensor {
  if (!(lambda > 0)) throw new ArgumentError("exponential_", `expected lambda above 0, got ${lambda}`);
  return exponential(x, options, lambda);
}

const geometric = distribution("geometric_", (_x, seed, offset, p: Expr) =>
  draw(seed, offset).neg().log1p().div(p.neg().log1p()).ceil().max(1),
);

/** Overwrites x by geometric numbers 1, 2, … of success probability p (`Tensor.geometric_`). */
export function geometric_(x: Tensor, p: number, options: DrawOptions = {}): Tensor {
  if (!(p > 0 && p < 1)) throw new ArgumentError("geometric_", `expected p between 0 and 1, got ${p}`);
  return geometric(x, options, p);
}

const cauchy = distribution("cauchy_", (_x, seed, offset, median: Expr, sigma: Expr) =>
  draw(seed, offset).sub(0.5).mul(Math.PI).tan().mul(sigma).add(median),
);

/** Overwrites x by Cauchy numbers (`Tensor.cauchy_`). */
export function cauchy_(x: Tensor, median = 0, sigma = 1, options: DrawOptions = {}): Tensor {
  if (!(sigma > 0)) throw new ArgumentError("cauchy_", `expected sigma above 0, got ${sigma}`);
  return cauchy(x, options, median, sigma);
}

const trials = pointwise("bernoulli", (p, seed, offset) => draw(seed, offset).lt(p), asFloat);

/** Overwrites x by 0 and 1, 1 with probability p (`Tensor.bernoulli_`). */
export function bernoulli_(x: Tensor, p = 0.5, options: DrawOptions = {}): Tensor {
  if (!(p >= 0 && p <= 1)) throw new ArgumentError("bernoulli_", `expected p from 0 to 1, got ${p}`);
  const drawn = bernoulli(empty(x.shape, { dtype: "float32", device: x.device }).fill_(p), options);
  return write("bernoulli_", x, drawn);
}

/** 1 with the probability each element of x gives, else 0, in x's dtype (`torch.bernoulli`). */
export function bernoulli(x: Tensor, options: DrawOptions = {}): Tensor {
  needsFloat("bernoulli", x.dtype);
  const { seed, offset } = (options.generator ?? defaultGenerator).next();
  return noGrad(() => trials(x, seed, offset).to(x.dtype));
}

const integers = pointwise(
  "random_",
  (_x, seed, offset, low, range) => randBits(seed, offset).remainder(range).add(low),
  asFloat,
);

/** Overwrites x by integers from [from, to) (`Tensor.random_`). */
export function random_(x: Tensor, from: number, to: number, options: DrawOptions = {}): Tensor {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from >= to) {
    throw new ArgumentError("randint", `expected integers low < high, got ${from} and ${to}`);
  }
  if (isFloat(x.dtype)) {
    const whole = random_(empty(x.shape, { dtype: "int64", device: x.device }), from, to, options);
    return write("random_", x, whole);
  }
  return fill("random_", x, options.generator, (t, seed, offset) => {
    // Drawn in int64 so that the modulo's bias stays below 2^-10 even for the widest range.
    const wide = empty(t.shape, { dtype: "int64", device: t.device });
    integers.into([wide], wide, seed, offset, from, to - from);
    write("random_", t, wide);
  });
}
