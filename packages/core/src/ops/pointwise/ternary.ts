/** Elementwise operators of three values, and those with options. */
import { isFloat } from "../../dtype.js";
import { ArgumentError, DTypeError } from "../../errors.js";
import { finfo } from "../../finfo.js";
import { resultType, type TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import type { Expr } from "../../program/expr.js";
import type { Tensor } from "../../tensor/tensor.js";
import { expectInteger } from "../expect.js";
import { needTensor, op } from "../op.js";

const promote = { dtype: "promote" } as const;

/** A bound that is NaN makes the result NaN. */
const unlessNan = (bound: Expr, limited: Expr): Expr =>
  bound.kind === "f" ? bound.isnan().where(Number.NaN, limited) : limited;
const clampBoth = pointwise(
  "clamp",
  (x, low, high) => unlessNan(high, unlessNan(low, x.clamp(low, high))),
  promote,
);
const clampLow = pointwise("clamp", (x, low) => unlessNan(low, x.clamp(low)), promote);
const clampHigh = pointwise("clamp", (x, high) => unlessNan(high, x.clamp(null, high)), promote);

type Bound = TensorLike | null;

/** Limits every element to [min, max]; either bound may be missing (`torch.clamp`). Where min > max the result is max. */
export const clamp = op(
  "clamp",
  ["min", "max"],
  (x: Tensor, min: Bound = null, max: Bound = null): Tensor => {
    if (min === null && max === null)
      throw new ArgumentError("clamp", "expected a lower or an upper bound, got neither");
    if (max === null) return clampLow(x, min as TensorLike);
    return min === null ? clampHigh(x, max) : clampBoth(x, min, max);
  },
);
export const clip = clamp;
export const clampMin = op("clampMin", ["min"], (x: Tensor, min: TensorLike): Tensor => clampLow(x, min));
export const clampMax = op("clampMax", ["max"], (x: Tensor, max: TensorLike): Tensor => clampHigh(x, max));

const lerpTensors = pointwise("lerp", (x, end, weight) => x.lerp(end, weight), promote);
/** x + weight * (end - x) (`torch.lerp`). */
export const lerp = op(
  "lerp",
  ["end", "weight"],
  (x: Tensor, end: Tensor, weight: TensorLike): Tensor => lerpTensors(x, end, weight),
);

const ofTensors = { dtype: "promote", promote: [0, 1, 2] } as const;
const mulAdd = pointwise("addcmul", (x, a, b, value) => x.add(a.mul(b).mul(value)), ofTensors);
const divAdd = pointwise("addcdiv", (x, a, b, value) => x.add(a.div(b).mul(value)), ofTensors);

/** x + value * tensor1 * tensor2 (`torch.addcmul`). For integers the value is cut to one, as in PyTorch. */
export const addcmul = op(
  "addcmul",
  ["tensor1", "tensor2", "value"],
  (x: Tensor, tensor1: Tensor, tensor2: Tensor, value = 1): Tensor =>
    mulAdd(x, tensor1, tensor2, isFloat(resultType(x, tensor1, tensor2)) ? value : Math.trunc(value)),
);
/** x + value * tensor1 / tensor2, for floats (`torch.addcdiv`). */
export const addcdiv = op(
  "addcdiv",
  ["tensor1", "tensor2", "value"],
  (x: Tensor, tensor1: Tensor, tensor2: Tensor, value = 1): Tensor => {
    if (!isFloat(resultType(tensor1, tensor2))) {
      throw new DTypeError("addcdiv", `expected floats to divide, got ${tensor1.dtype} and ${tensor2.dtype}`);
    }
    return divAdd(x, tensor1, tensor2, value);
  },
);

const logitOf = pointwise("logit", (given) => {
  const x = given.toFloat();
  // Outside [0, 1] the gradient is NaN too, which a constant would not give.
  return x
    .lt(0)
    .or(x.gt(1))
    .where(x.mul(Number.NaN), x.div(x.neg().add(1)).log());
});
const logitWithin = pointwise("logit", (x, eps) => {
  const p = x.toFloat().clamp(eps, eps.neg().add(1));
  return p.div(p.neg().add(1)).log();
});
/** log(x / (1 - x)), x first limited to [eps, 1 - eps] where eps is given (`torch.logit`). */
export const logit = op(
  "logit",
  ["eps"],
  (x: Tensor, eps: number | null = null): Tensor => (eps === null ? logitOf(x) : logitWithin(x, eps)),
);

const rounded = pointwise("round", (x) => x.round());
const roundedUp = pointwise("round", (x, scale) => x.mul(scale).round().div(scale), promote);
const roundedDown = pointwise("round", (x, scale) => x.div(scale).round().mul(scale), promote);
/** The nearest integer, halves to even; or to `decimals` places (`torch.round`). */
export const round = op("round", ["decimals"], (x: Tensor, decimals = 0): Tensor => {
  if (decimals === 0) return rounded(x);
  if (!isFloat(x.dtype)) throw new DTypeError("round", `decimals needs a float tensor, got ${x.dtype}`);
  return decimals > 0 ? roundedUp(x, 10 ** decimals) : roundedDown(x, 10 ** -decimals);
});

const replaceNan = pointwise(
  "nanToNum",
  (x, nan, high, low) => x.isnan().where(nan, x.isinf().where(x.gt(0).where(high, low), x)),
  { ...promote, promote: [0] },
);
/** NaN and infinities replaced, by default with 0 and the dtype's greatest and least finite values (`torch.nan_to_num`). */
export const nanToNum = op(
  "nanToNum",
  ["nan", "posinf", "neginf"],
  (
    x: Tensor,
    nan: number | null = null,
    posinf: number | null = null,
    neginf: number | null = null,
  ): Tensor => {
    if (!isFloat(x.dtype)) return same(x);
    const { max } = finfo(x.dtype);
    return replaceNan(x, nan ?? 0, posinf ?? max, neginf ?? -max);
  },
);

const same = pointwise("positive", (x) => x, promote);
/** x itself as a new tensor; not for booleans (`torch.positive`). */
export const positive = op("positive", [], (x: Tensor): Tensor => {
  if (x.dtype === "bool") throw new DTypeError("positive", "expected numbers, got a bool tensor");
  return same(x);
});

const close = pointwise(
  "isclose",
  (x, y, rtol, atol, equalNan) => {
    const near = x.eq(y).or(y.sub(x).abs().le(y.abs().mul(rtol).add(atol)).and(y.isinf().not()));
    const [either, both] = [x.isnan().or(y.isnan()), x.isnan().and(y.isnan())];
    return either.where(both.and(equalNan.toBool()), near);
  },
  { promote: [0, 1] },
);
/** |x - other| <= atol + rtol * |other|, elementwise (`torch.isclose`). */
export const isclose = op(
  "isclose",
  ["other", "rtol", "atol", "equalNan"],
  (x: Tensor, other: Tensor, rtol = 1e-5, atol = 1e-8, equalNan = false): Tensor => {
    needTensor("isclose", "other", other);
    if (x.dtype !== other.dtype)
      throw new DTypeError("isclose", `expected one dtype, got ${x.dtype} and ${other.dtype}`);
    if (rtol < 0 || atol < 0)
      throw new ArgumentError(
        "isclose",
        `expected tolerances of at least 0, got rtol ${rtol} and atol ${atol}`,
      );
    return close(x, other, rtol, atol, Number(equalNan));
  },
);

const mvlgammas = new Map<number, (x: TensorLike) => Tensor>();
/** The log of the multivariate gamma function of dimension p (`torch.mvlgamma`). */
export const mvlgamma = op("mvlgamma", ["p"], (x: Tensor, p: number): Tensor => {
  expectInteger("mvlgamma", 1, "p to be a positive integer", p);
  let run = mvlgammas.get(p);
  if (run === undefined) {
    run = pointwise("mvlgamma", (a) => {
      let sum = a.lgamma();
      for (let j = 1; j < p; j++) sum = sum.add(a.sub(j / 2).lgamma());
      return sum.add((p * (p - 1) * Math.log(Math.PI)) / 4);
    });
    mvlgammas.set(p, run);
  }
  return run(x);
});
