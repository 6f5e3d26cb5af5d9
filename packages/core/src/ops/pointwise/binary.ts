/** Elementwise operators of two values; either may be a number in the function form. */
import { type DType, isFloat } from "../../dtype.js";
import { ArgumentError, DTypeError } from "../../errors.js";
import { resultType, type Scalar, scalarKind, type TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import type { Expr } from "../../program/expr.js";
import { Tensor } from "../../tensor/tensor.js";
import { binary } from "./define.js";
import { square } from "./unary.js";

const promote = { dtype: "promote" } as const;

const plainAdd = binary("add", (x, y) => x.add(y), promote);
const scaledAdd = pointwise("add", (x, y, alpha) => x.add(y.mul(alpha)), { ...promote, promote: [0, 1] });
const plainSub = binary("sub", (x, y) => x.sub(y), promote);
const scaledSub = pointwise("sub", (x, y, alpha) => x.sub(y.mul(alpha)), { ...promote, promote: [0, 1] });

type Alpha = number | boolean | { readonly alpha?: number | boolean };

function checkAlpha(op: string, x: TensorLike, y: TensorLike, alpha: Alpha): number {
  if (typeof alpha === "object") {
    for (const key in alpha)
      if (key !== "alpha") throw new ArgumentError(op, `unknown option "${key}"; expected alpha`);
  }
  const given = typeof alpha === "object" ? (alpha.alpha ?? 1) : alpha;
  if (typeof given === "boolean" && resultType(x, y) !== "bool") {
    throw new DTypeError(
      op,
      `alpha may be a boolean for bool tensors only, got ${given} for ${resultType(x, y)}`,
    );
  }
  const value = Number(given);
  if (typeof given !== "number" && typeof given !== "boolean")
    throw new ArgumentError(op, `expected alpha to be a number, got ${typeof given}`);
  if (!Number.isInteger(value) && !isFloat(resultType(x, y))) {
    throw new DTypeError(op, `alpha must be an integer for integer tensors, got ${value}`);
  }
  return value;
}

/** x + alpha * other (`torch.add`). */
export function add(x: TensorLike, other: TensorLike, alpha: Alpha = 1): Tensor {
  if (alpha === 1) return plainAdd(x, other);
  return scaledAdd(x, other, checkAlpha("add", x, other, alpha));
}

/** x - alpha * other (`torch.sub`); not for booleans. */
export function sub(x: TensorLike, other: TensorLike, alpha: Alpha = 1): Tensor {
  const isBool = (v: TensorLike): boolean =>
    v instanceof Tensor ? v.dtype === "bool" : typeof v === "boolean";
  if (isBool(x) || isBool(other)) {
    throw new DTypeError("sub", "expected numbers, got a bool tensor; use logicalXor or logicalNot");
  }
  if (alpha === 1) return plainSub(x, other);
  return scaledSub(x, other, checkAlpha("sub", x, other, alpha));
}
export const subtract = sub;

/** alpha-scaled subtraction with its operands swapped: other - alpha * x (`torch.rsub`). */
export const rsub = (x: TensorLike, other: TensorLike, alpha: Alpha = 1): Tensor => sub(other, x, alpha);

export const mul = binary("mul", (x, y) => x.mul(y), promote);
export const multiply = mul;

export type RoundingMode = "trunc" | "floor" | null;
const trueDiv = binary("div", (x, y) => x.toFloat().div(y.toFloat()));
const floorDiv = binary("floorDivide", (x, y) => x.floorDiv(y), promote);
const truncDiv = binary("div", (x, y) => x.truncDiv(y), promote);

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

export const remainder = binary("remainder", (x, y) => x.remainder(y), promote);
export const fmod = binary("fmod", (x, y) => x.fmod(y), promote);

const anyPow = binary("pow", (x, y) => x.pow(y), promote);

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
export const floatPower = pointwise("floatPower", (x, y) => x.toFloat().pow(y.toFloat()), {
  dtype: "float64",
});

export const maximum = binary("maximum", (x, y) => x.max(y), promote);
export const minimum = binary("minimum", (x, y) => x.min(y), promote);
export const fmax = binary(
  "fmax",
  (x, y) => (x.kind === "f" || y.kind === "f" ? x.toFloat().fmax(y.toFloat()) : x.max(y)),
  promote,
);
export const fmin = binary(
  "fmin",
  (x, y) => (x.kind === "f" || y.kind === "f" ? x.toFloat().fmin(y.toFloat()) : x.min(y)),
  promote,
);

export const atan2 = binary("atan2", (x, y) => x.toFloat().atan2(y.toFloat()));
export const arctan2 = atan2;
export const copysign = binary("copysign", (x, y) => x.toFloat().copysign(y.toFloat()));
export const nextafter = binary("nextafter", (x, y) => x.nextafter(y));
export const hypot = binary("hypot", (x, y) => x.toFloat().hypot(y.toFloat()));
export const logaddexp = binary("logaddexp", (x, y) => x.toFloat().logaddexp(y.toFloat()));
/** log2(2^x + 2^other) (`torch.logaddexp2`). */
export const logaddexp2 = binary("logaddexp2", (x, y) =>
  x.toFloat().mul(Math.LN2).logaddexp(y.toFloat().mul(Math.LN2)).mul(Math.LOG2E),
);
export const xlogy = binary("xlogy", (x, y) => x.toFloat().xlogy(y.toFloat()));
/** 0 below 0, 1 above, `values` at 0 (`torch.heaviside`). */
export const heaviside = binary(
  "heaviside",
  (x, values) => x.eq(0).where(values, x.isnan().where(x, x.gt(0).where(1, 0))),
  promote,
);
/** x * 2^other (`torch.ldexp`). */
export const ldexp = binary("ldexp", (x, y) => x.toFloat().mul(y.toFloat().exp2()));

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
  name: string,
  f: (x: Expr, y: Expr) => Expr,
): (x: TensorLike, other: TensorLike) => Tensor {
  const run = binary(name, f);
  return (x, other) => run(wrapped(x, other), wrapped(other, x));
}

export const eq = comparison("eq", (x, y) => x.eq(y));
export const ne = comparison("ne", (x, y) => x.ne(y));
export const lt = comparison("lt", (x, y) => x.lt(y));
export const le = comparison("le", (x, y) => x.le(y));
export const gt = comparison("gt", (x, y) => x.gt(y));
export const ge = comparison("ge", (x, y) => x.ge(y));
export const notEqual = ne;
export const less = lt;
export const lessEqual = le;
export const greater = gt;
export const greaterEqual = ge;

export const logicalAnd = binary("logicalAnd", (x, y) => x.logicalAnd(y));
export const logicalOr = binary("logicalOr", (x, y) => x.logicalOr(y));
export const logicalXor = binary("logicalXor", (x, y) => x.logicalXor(y));

type Bitwise = (x: TensorLike, other: TensorLike) => Tensor;

/** Wraps an operator of integers and booleans so that floats are an error. */
function onIntegers(name: string, run: Bitwise): Bitwise {
  return (x, other) => {
    for (const value of [x, other]) {
      const isReal = value instanceof Tensor ? isFloat(value.dtype) : scalarKind(value as Scalar) === "f";
      if (isReal) {
        throw new DTypeError(
          name,
          `expected integers or booleans, got ${value instanceof Tensor ? value.dtype : `the number ${value}`}`,
        );
      }
    }
    return run(x, other);
  };
}

export const bitwiseAnd = onIntegers(
  "bitwiseAnd",
  binary("bitwiseAnd", (x, y) => x.and(y), promote),
);
export const bitwiseOr = onIntegers(
  "bitwiseOr",
  binary("bitwiseOr", (x, y) => x.or(y), promote),
);
export const bitwiseXor = onIntegers(
  "bitwiseXor",
  binary("bitwiseXor", (x, y) => x.xor(y), promote),
);
export const bitwiseLeftShift = onIntegers(
  "bitwiseLeftShift",
  binary("bitwiseLeftShift", (x, y) => x.shl(y), promote),
);
export const bitwiseRightShift = onIntegers(
  "bitwiseRightShift",
  binary("bitwiseRightShift", (x, y) => x.shr(y), promote),
);
export const gcd = onIntegers(
  "gcd",
  binary("gcd", (x, y) => x.gcd(y), promote),
);
export const lcm = onIntegers(
  "lcm",
  binary(
    "lcm",
    (x, y) => {
      const divisor = x.gcd(y);
      return divisor.eq(0).where(0, x.truncDiv(divisor.max(1)).mul(y).abs());
    },
    promote,
  ),
);
