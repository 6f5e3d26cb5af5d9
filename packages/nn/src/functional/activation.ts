/** Activation functions (`torch.nn.functional`). Each is one fused kernel, its backward another. */
import {
  ArgumentError,
  defaultGenerator,
  type Expr,
  type FloatDType,
  formatShape,
  op,
  pointwise,
  rowwise,
  ShapeError,
  type Tensor,
  uniformAt,
} from "@flambeau/core";

import { withInplace } from "./inplace.js";
import { limited } from "./limited.js";

export { hardshrink, prelu } from "@flambeau/core";

const first = { promote: [0] } as const;
const limitedInputs = { dtype: "promote", promote: [0] } as const;

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** max(x, 0). */
export const relu = withInplace("relu", [], (x: Tensor) => x.relu());
/** min(max(x, 0), 6). */
export const relu6 = withInplace(
  "relu6",
  [],
  pointwise("relu6", (x: Expr) => limited(x, 0, 6), { dtype: "promote" }),
);
/** Self-normalising exponential unit (Klambauer et al. 2017). */
export const selu = withInplace(
  "selu",
  [],
  pointwise("selu", (x: Expr) => x.le(0).where(x.expm1().mul(SELU_SCALE * SELU_ALPHA), x.mul(SELU_SCALE))),
);
/** x * sigmoid(x). */
export const silu = withInplace(
  "silu",
  [],
  pointwise("silu", (x: Expr) => x.mul(x.sigmoid())),
);
/** x * tanh(softplus(x)) (Misra 2019). */
export const mish = withInplace(
  "mish",
  [],
  pointwise("mish", (x: Expr) => x.mul(x.softplus().tanh())),
);
/** x * relu6(x + 3) / 6. */
export const hardswish = withInplace(
  "hardswish",
  [],
  pointwise("hardswish", (x: Expr) => x.mul(x.add(3).clamp(0, 6)).div(6)),
);
/** relu6(x + 3) / 6. */
export const hardsigmoid = withInplace(
  "hardsigmoid",
  [],
  pointwise("hardsigmoid", (x: Expr) => limited(x.add(3), 0, 6).div(6)),
);

/** log(sigmoid(x)). */
export const logsigmoid: (x: Tensor) => Tensor = pointwise("logsigmoid", (x: Expr) => x.logSigmoid());
/** x - tanh(x). */
export const tanhshrink: (x: Tensor) => Tensor = pointwise("tanhshrink", (x: Expr) => x.sub(x.tanh()));
/** x / (1 + |x|). */
export const softsign: (x: Tensor) => Tensor = pointwise("softsign", (x: Expr) => x.div(x.abs().add(1)));

const eluOf = pointwise("elu", (x: Expr, alpha: Expr) => x.le(0).where(x.expm1().mul(alpha), x), first);
/** x above 0, alpha * (exp(x) - 1) below. */
export const elu = withInplace("elu", ["alpha"], (x: Tensor, alpha = 1) => eluOf(x, alpha));
const celuOf = pointwise(
  "celu",
  (x: Expr, alpha: Expr) => x.le(0).where(x.div(alpha).expm1().mul(alpha), x),
  first,
);
/** max(0, x) + min(0, alpha * (exp(x / alpha) - 1)). */
export const celu = withInplace("celu", ["alpha"], (x: Tensor, alpha = 1) => {
  if (alpha === 0) throw new ArgumentError("celu", "expected alpha other than 0");
  return celuOf(x, alpha);
});
const leakyOf = pointwise("leakyRelu", (x: Expr, slope: Expr) => x.gt(0).where(x, x.mul(slope)), first);
/** x above 0, negativeSlope * x below. */
export const leakyRelu = withInplace("leakyRelu", ["negativeSlope"], (x: Tensor, negativeSlope = 0.01) =>
  leakyOf(x, negativeSlope),
);

const rreluRandom = pointwise(
  "rrelu",
  (x: Expr, lower: Expr, upper: Expr, seed: Expr, offset: Expr) => {
    const slope = uniformAt(seed, offset).mul(upper.sub(lower)).add(lower);
    return x.gt(0).where(x, x.mul(slope));
  },
  first,
);
/** Leaky ReLU whose slope is drawn from [lower, upper] in training and is their mean otherwise. */
export const rrelu = withInplace(
  "rrelu",
  ["lower", "upper", "training"],
  (x: Tensor, lower = 1 / 8, upper = 1 / 3, training = false) => {
    if (lower > upper) throw new ArgumentError("rrelu", `expected lower <= upper, got ${lower} and ${upper}`);
    if (!training) return leakyOf(x, (lower + upper) / 2);
    const { seed, offset } = defaultGenerator.next();
    return rreluRandom(x, lower, upper, seed, offset);
  },
);

const geluExact = pointwise("gelu", (x: Expr) => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1)));
const geluTanh = pointwise("geluTanh", (x: Expr) => {
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
});
/** x * Φ(x) (Hendrycks & Gimpel 2016), exact or in its tanh approximation. */
export const gelu = op(
  "gelu",
  ["approximate"],
  (x: Tensor, approximate: "none" | "tanh" = "none"): Tensor => {
    if (approximate === "none") return geluExact(x);
    if (approximate === "tanh") return geluTanh(x);
    throw new ArgumentError(
      "gelu",
      `expected approximate to be "none" or "tanh", got "${String(approximate satisfies never)}"`,
    );
  },
);

const hardtanhOf = pointwise(
  "hardtanh",
  (x: Expr, low: Expr, high: Expr) => limited(x, low, high),
  limitedInputs,
);
/** x limited to [minVal, maxVal]; the gradient at a bound is 0. Where minVal > maxVal the result is maxVal. */
export const hardtanh = withInplace("hardtanh", ["minVal", "maxVal"], (x: Tensor, minVal = -1, maxVal = 1) =>
  hardtanhOf(x, minVal, maxVal),
);

const softshrinkOf = pointwise(
  "softshrink",
  (x: Expr, lambda: Expr) =>
    x.gt(lambda).where(x.sub(lambda), x.lt(lambda.neg()).where(x.add(lambda), x.isnan().where(x, 0))),
  first,
);
/** x moved towards 0 by lambd, 0 within [-lambd, lambd]. */
export const softshrink = op("softshrink", ["lambd"], (x: Tensor, lambd = 0.5): Tensor => {
  if (lambd < 0) throw new ArgumentError("softshrink", `expected lambd of at least 0, got ${lambd}`);
  return softshrinkOf(x, lambd);
});

const softplusOf = pointwise(
  "softplus",
  (x: Expr, beta: Expr, threshold: Expr) =>
    x.mul(beta).gt(threshold).where(x, x.mul(beta).softplus().div(beta)),
  first,
);
/** log(1 + exp(beta * x)) / beta; x itself above the threshold. */
export const softplus = op(
  "softplus",
  ["beta", "threshold"],
  (x: Tensor, beta = 1, threshold = 20): Tensor => softplusOf(x, beta, threshold),
);

const thresholdOf = pointwise(
  "threshold",
  (x: Expr, limit: Expr, value: Expr) => x.le(limit).where(value, x),
  limitedInputs,
);
/** x above the threshold, `value` elsewhere. */
export const threshold = withInplace(
  "threshold",
  ["threshold", "value"],
  (x: Tensor, limit: number, value: number) => thresholdOf(x, limit, value),
);

const gated = pointwise("glu", (a: Expr, b: Expr) => a.mul(b.sigmoid()));
/** The first half along `dim` times the sigmoid of the second (Dauphin et al. 2016). */
export const glu = op("glu", ["dim"], (x: Tensor, dim = -1): Tensor => {
  if (x.ndim === 0) throw new ShapeError("glu", "expected a tensor of at least one dimension, got a 0-d one");
  const size = x.shape.at(dim);
  if (size !== undefined && size % 2 !== 0)
    throw new ShapeError(
      "glu",
      `expected an even size along dimension ${dim}, got shape ${formatShape(x.shape)}`,
    );
  const [a, b] = x.chunk(2, dim) as [Tensor, Tensor];
  return gated(a, b);
});

const softminRows = rowwise("softmin", (row, x: Expr) => {
  const e = row.min(x).detach().sub(x).exp();
  return e.div(row.sum(e));
});
/** softmax(-x) along `dim`, computed and returned in `dtype`, by default x's. */
export const softmin = op(
  "softmin",
  ["dim", "dtype"],
  (x: Tensor, dim = -1, dtype: FloatDType | null = null): Tensor =>
    // Unsigned integers wrap around when they are negated, as in PyTorch.
    dtype === null ? softminRows(x, { dim }) : x.neg().softmax(dim, dtype),
);

export const sigmoid: (x: Tensor) => Tensor = (x) => x.sigmoid();
export const tanh: (x: Tensor) => Tensor = (x) => x.tanh();

const perturbed = pointwise(
  "gumbel",
  (x: Expr, seed: Expr, offset: Expr, tau: Expr) =>
    x.sub(uniformAt(seed, offset).neg().log1p().neg().log()).div(tau),
  first,
);
/** A sample of the relaxed one-hot distribution (Jang et al. 2016), made one-hot when `hard` with the soft gradient. */
export const gumbelSoftmax = op(
  "gumbelSoftmax",
  ["tau", "hard", "dim"],
  (logits: Tensor, tau = 1, hard = false, dim = -1): Tensor => {
    const { seed, offset } = defaultGenerator.next();
    const soft = perturbed(logits, seed, offset, tau).softmax(dim);
    return hard ? hardened(soft, soft.amax(dim, true).detach()) : soft;
  },
);
const hardened = pointwise("hardened", (soft: Expr, top: Expr) =>
  soft.eq(top).toFloat().add(soft.sub(soft.detach())),
);
