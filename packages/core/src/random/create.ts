/** New random tensors. */
import type { DType } from "../dtype.js";
import { ArgumentError } from "../errors.js";
import { defaultDType } from "../fused/dtypes.js";
import { noGrad } from "../gradMode.js";
import { type CreationOptions, empty, finish, type SizeArgs, splitSizes } from "../ops/creation.js";
import { checkShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { normal_, random_, uniform_ } from "./fill.js";
import type { Generator } from "./generator.js";

export interface RandomOptions extends CreationOptions {
  readonly generator?: Generator;
}

function made(
  op: string,
  args: readonly unknown[],
  dtype: DType | null,
  run: (x: Tensor, generator: Generator | undefined) => Tensor,
): Tensor {
  const { shape, options } = splitSizes(op, args) as { shape: number[]; options: RandomOptions };
  const { requiresGrad, generator, ...rest } = options;
  checkShape(op, shape);
  const x = run(empty(shape, { ...rest, dtype: rest.dtype ?? dtype ?? defaultDType() }), generator);
  return finish(op, x, { requiresGrad });
}

/** Uniform numbers from [0, 1) (`torch.rand`). */
export const rand = (...args: RandomSizeArgs): Tensor =>
  made("rand", args, null, (x, generator) => uniform_(x, 0, 1, { generator }));
/** Standard normal numbers (`torch.randn`). */
export const randn = (...args: RandomSizeArgs): Tensor =>
  made("randn", args, null, (x, generator) => normal_(x, 0, 1, { generator }));
type RandomSizeArgs =
  | SizeArgs
  | [shape: readonly number[], options?: RandomOptions]
  | [...sizes: number[], options: RandomOptions];

/** Integers from [low, high), int32 unless told otherwise: `randint(high, shape)` or `randint(low, high, shape)` (`torch.randint`). */
export function randint(high: number, shape: readonly number[], options?: RandomOptions): Tensor;
export function randint(low: number, high: number, shape: readonly number[], options?: RandomOptions): Tensor;
export function randint(...args: (number | readonly number[] | RandomOptions | undefined)[]): Tensor {
  const bounds = args.filter((a): a is number => typeof a === "number");
  const rest = args.filter((a) => typeof a !== "number");
  const [low, high] =
    bounds.length === 1 ? [0, bounds[0] as number] : [bounds[0] as number, bounds[1] as number];
  return made(
    "randint",
    rest.filter((a) => a !== undefined),
    "int32",
    (x, generator) => random_(x, low, high, { generator }),
  );
}

/** Normal numbers with the given mean and standard deviation, which may be tensors (`torch.normal`). */
export function normal(
  mean: Tensor | number,
  std: Tensor | number,
  shape?: readonly number[],
  options: RandomOptions = {},
): Tensor {
  if (typeof mean === "number" && typeof std === "number") {
    if (shape === undefined)
      throw new ArgumentError("normal", "expected a shape beside two numbers, got none");
    const { generator, ...rest } = options;
    return normal_(empty(shape, rest), mean, std, { generator });
  }
  const like = (typeof mean === "number" ? std : mean) as Tensor;
  const full =
    typeof mean === "number" || typeof std === "number"
      ? like
      : noGrad(() => like.add(typeof std === "number" ? 0 : std.mul(0)));
  const noise = normal_(empty(full.shape, { dtype: full.dtype, device: full.device }), 0, 1, {
    generator: options.generator,
  });
  return noise.mul(std).add(mean);
}

/** Uniform numbers of x's shape, dtype and device (`torch.rand_like`). */
export const randLike = (x: Tensor, options: RandomOptions = {}): Tensor =>
  rand(x.shape, { dtype: x.dtype, device: x.device, ...options });
/** Standard normal numbers of x's shape, dtype and device (`torch.randn_like`). */
export const randnLike = (x: Tensor, options: RandomOptions = {}): Tensor =>
  randn(x.shape, { dtype: x.dtype, device: x.device, ...options });
/** Integers from [low, high) of x's shape, dtype and device (`torch.randint_like`). */
export const randintLike = (x: Tensor, low: number, high: number, options: RandomOptions = {}): Tensor =>
  randint(low, high, x.shape, { dtype: x.dtype, device: x.device, ...options });

/** The numbers 0 to n - 1 in random order, int32 (`torch.randperm`): the order of n random keys. */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  if (!Number.isInteger(n) || n < 0)
    throw new ArgumentError("randperm", `expected a non-negative integer, got ${String(n)}`);
  const { generator, dtype = "int32", device } = options;
  const keys = random_(empty([n], { dtype: "int64", device }), 0, Number.MAX_SAFE_INTEGER, { generator });
  return keys.argsort().to(dtype);
}
