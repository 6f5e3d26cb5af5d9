/** Gradients of prefix folds and of sorting. */
import { pointwise, type Tensor } from "@flambeau/core";
import { applyOne, type PrimitiveParams } from "@flambeau/core/internal";
import type { TensorMeta } from "../meta.js";
import { alongAxis, cast, mul, scatter, zerosOf } from "./ops.js";
import type { BackwardCall, Rule } from "./rule.js";

type Scan = PrimitiveParams["scan"];

const scanned = (
  x: Tensor,
  op: "sum" | "prod" | "logsumexp",
  { axis, reverse }: Scan,
  flip: boolean,
): Tensor => applyOne("scan", [x], { op, axis, reverse: reverse !== flip, dtype: x.dtype });

const zeroToOne = pointwise("isZero", (x) => x.eq(0).toInt().toFloat(), { dtype: "promote" });
const firstZero = pointwise("firstZero", (x, zerosSoFar) => x.eq(0).and(zerosSoFar.eq(1)));
const oneWhere = pointwise("oneWhere", (x, mask) => mask.where(1, x), { promote: [0] });
const prodGradient = pointwise(
  "cumprodGradient",
  (first, x, atFirst, elsewhere) =>
    first.where(atFirst, x.eq(0).where(0, elsewhere.div(x.eq(0).where(1, x)))),
  { promote: [1, 2, 3] },
);

/**
 * Element k takes the sum over later prefixes j of g[j] * prefix[j] / x[k]. Past the first zero of the row every
 * prefix is 0 and so is that sum; the first zero itself takes the products made with 1 in its place.
 */
function ofProduct(g: Tensor, x: Tensor, y: Tensor, params: Scan): Tensor {
  const first = firstZero(x, scanned(zeroToOne(x), "sum", params, false));
  const replaced = scanned(oneWhere(x, first), "prod", params, false);
  const later = (prefix: Tensor): Tensor => scanned(mul(g, prefix), "sum", params, true);
  return prodGradient(first, x, later(replaced), later(y));
}

// A logarithm of 0 that stays finite through sums and differences, and whose exponential is 0.
const lowest = -1e30;
const logOfPositive = pointwise("logOfPositive", (g, y) =>
  g.gt(0).where(g.gt(0).where(g, 1).log(), lowest).sub(y),
);
const logOfNegative = pointwise("logOfNegative", (g, y) =>
  g.lt(0).where(g.lt(0).where(g.neg(), 1).log(), lowest).sub(y),
);
const difference = pointwise("logcumsumexpGradient", (positive, negative, x) =>
  positive.add(x).exp().sub(negative.add(x).exp()),
);

/** The sum over later prefixes of g[j] * exp(x[k] - y[j]), by logarithms of its positive and negative parts. */
function ofLogSumExp(g: Tensor, x: Tensor, y: Tensor, params: Scan): Tensor {
  const later = (logs: Tensor): Tensor => scanned(logs, "logsumexp", params, true);
  return difference(later(logOfPositive(g, y)), later(logOfNegative(g, y)), x);
}

const ofExtreme = ({
  cotangents: [g],
  saved: [indices],
  params,
  inputs: [x],
}: BackwardCall<"scan">): Tensor => {
  const { shape } = x as TensorMeta;
  const zeros = zerosOf({ ...(x as TensorMeta), dtype: (g as Tensor).dtype });
  return scatter(
    zeros,
    g as Tensor,
    [indices as Tensor],
    alongAxis(params.op, shape.length, params.axis),
    "add",
  );
};

const gradients: Record<Scan["op"], (call: BackwardCall<"scan">) => Tensor> = {
  sum: ({ cotangents: [g], params }) => scanned(g as Tensor, "sum", params, true),
  prod: ({ cotangents: [g], saved: [x, y], params }) =>
    ofProduct(g as Tensor, cast(x as Tensor, params.dtype), y as Tensor, params),
  logsumexp: ({ cotangents: [g], saved: [x, y], params }) =>
    ofLogSumExp(g as Tensor, cast(x as Tensor, params.dtype), y as Tensor, params),
  max: ofExtreme,
  min: ofExtreme,
};

export const scan: Rule<"scan"> = {
  name: ({ op }) => `cum${op}`,
  saves: ({ inputs: [x], outputs: [y, indices], params: { op } }) =>
    op === "sum" ? [] : indices === undefined ? [x as Tensor, y as Tensor] : [indices],
  backward: (call) => [cast(gradients[call.params.op](call), (call.inputs[0] as TensorMeta).dtype)],
};

export const sort: Rule<"sort"> = {
  name: "sort",
  saves: ({ outputs: [, indices] }) => [indices as Tensor],
  backward: ({ cotangents: [g], saved: [indices], inputs: [x] }) => {
    const meta = x as TensorMeta;
    const how = alongAxis("sort", meta.shape.length, meta.shape.length - 1);
    return [scatter(zerosOf(meta), g as Tensor, [indices as Tensor], how, "add")];
  },
};
