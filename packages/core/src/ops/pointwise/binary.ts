/** Elementwise operators of two values; either may be a number in the function form. */
import { type DType, isFloat } from "../../dtype.js";
import { ArgumentError, DTypeError } from "../../errors.js";
import { resultType, scalarKind, type TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import type { Expr } from "../../program/expr.js";
import { Tensor } from "../../tensor/tensor.js";
import { arithmetic, binary } from "./define.js";
import { square } from "./unary.js";

const plainAdd = arithmetic("add");
const plainSub = arithmetic("sub");
const inCommonDType = { dtype: "promote", promote: [0, 1] } as const;
const scaledAdd = pointwise("add", (x, y, alpha) => x.add(y.mul(alpha)), inCommonDType);
const scaledSub = pointwise("sub", (x, y, alpha) => x.sub(y.mul(alpha)), inCommonDType);

type Alpha = number | boolean | { readonly alpha?: number | boolean };

function checkAlpha(op: string, x: TensorLike, y: TensorLike, given: Alpha): number {
  const { alpha = 1, ...unknown } = typeof given === "object" ? given : { alpha: given };
  for (const key in unknown) throw new ArgumentError(op, `unknown option "${key}"; expected alpha`);
  const dtype = resultType(x, y);
  if (typeof alpha === "boolean") {
    if (dtype !== "bool")
      throw new DTypeError(op, `alpha may be a boolean for bool tensors only, got ${alpha} for ${dtype}`);
  } else if (typeof alpha !== "number")
    throw new ArgumentError(op, `expected alpha to be a number, got ${typeof alpha}`);
  else if (!Number.isInteger(alpha) && !isFloat(dtype))
    throw new DTypeError(op, `alpha must be an integer for integer tensors, got ${alpha}`);
  return Number(alpha);
}

/** x + alpha * other (`torch.add`). */
export function add(x: TensorLike, other: TensorLike, alpha: Alpha = 1): Tensor {
  if (alpha === 1) return plainAdd(x, other);
  return scaledAdd(x, other, checkAlpha("add", x, other, alpha));
}

const isBool = (v: TensorLike): boolean =>
  v instanceof Tensor ? v.dtype === "bool" : typeof v === "boolean";

/** x - alpha * other (`torch.sub`); not for booleans. */
export function sub(x: TensorLike, other: TensorLike, alpha: Alpha = 1): Tensor {
  if (isBool(x) || isBool(other)) {
    throw new DTypeError("sub", "expected numbers, got a bool tensor; use logicalXor or logicalNot");
  }
  if (alpha === 1) return plainSub(x, other);
  return scaledSub(x, other, checkAlpha("sub", x, other, alpha));
}
export const subtract = sub;

/** alpha-scaled subtraction with its operands swapped: other - alpha * x (`torch.rsub`). */
export const rsub = (x: TensorLike, other: TensorLike, alpha: Alpha = 1): Tensor => sub(other, x, alpha);

export const mul = arithmetic("mul");
export const multiply = mul;

export type RoundingMode = "trunc" | "floor" | null;
const trueDiv = binary("div");
const floorDiv = arithmetic("floorDivide", (x, y) => x.floorDiv(y));
const truncDiv = arithmetic("div", (x, y) => x.truncDiv(y));

/** x / other; with a rounding mode the quotient is rounded and integers stay integers (`torch.div`). */
export function div(
  x: TensorLike,
  other: TensorLike,
  rounding: RoundingMode | { roundingMode?: RoundingMode } = null,
): Tensor {
  const mode = rounding !== null && typeof rounding === "object" ? (rounding.roundingMode ?? null) : rounding;
  if (mode === null) return trueDiv(x, other);
  if (mode === "floor") return floorDiv(x, other);
  if (mode === "trunc") return truncDiv(x, other);
  throw new ArgumentError(
    "div",
    `expected roundingMode to be null, "trunc" or "floor", got ${String(mode satisfies never)}`,
  );
}
export const divide = div;
export const trueDivide = trueDiv;
export const floorDivide = floorDiv;

export const remainder = arithmetic("remainder");
export const fmod = arithmetic("fmod");

const anyPow = arithmetic("pow");

/** x to the power of exponent (`torch.pow`). Integers do not take negative powers. */
export function pow(x: TensorLike, exponent: TensorLike): Tensor {
  if (exponent === 2 && x instanceof Tensor && x.dtype !== "bool") return square(x);
  if (
    typeof exponent === "number" &&
    exponent < 0 &&
    Number.isInteger(exponent) &&
    x instanceof Tensor &&
    !isFloat(x.dtype)
  ) {
    throw new ArgumentError(
      "pow",
      `integers cannot be raised to a negative power, got exponent ${exponent} for ${x.dtype}`,
    );
  }
  return anyPow(x, exponent);
}

/** pow in float64 (`torch.float_power`). */
export const floatPower = pointwise("floatPower", (x, y) => x.toFloat().pow(y), {
  dtype: "float64",
});

export const maximum = arithmetic("maximum", (x, y) => x.max(y));
export const minimum = arithmetic("minimum", (x, y) => x.min(y));
export const fmax = arithmetic("fmax");
export const fmin = arithmetic("fmin");

export const atan2 = binary("atan2");
export const arctan2 = atan2;
export const copysign = binary("copysign");
export const nextafter = binary("nextafter");
export const hypot = binary("hypot");
export const logaddexp = binary("logaddexp");
/** log2(2^x + 2^other) (`torch.logaddexp2`). */
export const logaddexp2 = binary("logaddexp2", (x, y) =>
  x.mul(Math.LN2).logaddexp(y.mul(Math.LN2)).mul(Math.LOG2E),
);
export const xlogy = binary("xlogy");
/** 0 below 0, 1 above, `values` at 0 (`torch.heaviside`). */
export const heaviside = arithmetic("heaviside", (x, values) =>
  x.eq(0).where(values, x.isnan().where(x, x.gt(0).where(1, 0))),
);
/** x * 2^other (`torch.ldexp`). */
export const ldexp = binary("ldexp", (x, y) => x.mul(y.exp2()));

const wraps: { readonly [D in DType]?: (value: number) => number } = {
  uint8: (value) => value & 0xff,
  int8: (value) => (value << 24) >> 24,
  int16: (value) => (value << 16) >> 16,
};
/** An integral number as it would stand in a tensor of narrow integers: beside uint8, -1 is 255. */
function wrapped(value: TensorLike, beside: TensorLike): TensorLike {
  if (typeof value !== "number" || !(beside instanceof Tensor) || !Number.isInteger(value)) return value;
  return wraps[beside.dtype]?.(value) ?? value;
}

/** A comparison; it takes place in the common dtype, where a number beside narrow integers wraps around. */
function comparison(
  name: "eq" | "ne" | "lt" | "le" | "gt" | "ge",
): (x: TensorLike, other: TensorLike) => Tensor {
  const run = binary(name);
  return (x, other) => run(wrapped(x, other), wrapped(other, x));
}

export const eq = comparison("eq");
export const ne = comparison("ne");
export const lt = comparison("lt");
export const le = comparison("le");
export const gt = comparison("gt");
export const ge = comparison("ge");
export const notEqual = ne;
export const less = lt;
export const lessEqual = le;
export const greater = gt;
export const greaterEqual = ge;

export const logicalAnd = binary("logicalAnd");
export const logicalOr = binary("logicalOr");
export const logicalXor = binary("logicalXor");

/** An operator of integers and booleans; floats are an error. */
function onIntegers(
  name: string,
  f: (x: Expr, y: Expr) => Expr,
): (x: TensorLike, other: TensorLike) => Tensor {
  const run = arithmetic(name, f);
  return (x, other) => {
    for (const value of [x, other]) {
      const isTensor = value instanceof Tensor;
      if (isTensor ? isFloat(value.dtype) : scalarKind(value) === "f") {
        throw new DTypeError(
          name,
          `expected integers or booleans, got ${isTensor ? value.dtype : `the number ${value}`}`,
        );
      }
    }
    return run(x, other);
  };
}

export const bitwiseAnd = onIntegers("bitwiseAnd", (x, y) => x.and(y));
export const bitwiseOr = onIntegers("bitwiseOr", (x, y) => x.or(y));
export const bitwiseXor = onIntegers("bitwiseXor", (x, y) => x.xor(y));
export const bitwiseLeftShift = onIntegers("bitwiseLeftShift", (x, y) => x.shl(y));
export const bitwiseRightShift = onIntegers("bitwiseRightShift", (x, y) => x.shr(y));
export const gcd = onIntegers("gcd", (x, y) => x.gcd(y));
export const lcm = onIntegers("lcm", (x, y) => {
  const divisor = x.gcd(y);
  return divisor.eq(0).where(0, x.truncDiv(divisor.max(1)).mul(y).abs());
});
