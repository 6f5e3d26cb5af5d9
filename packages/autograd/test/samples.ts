/** Calls of every primitive whose gradients are compared with finite differences. */
import { pointwise, rowwise, type Tensor, tensor } from "@flambeau/core";
import {
  apply,
  applyOne,
  type ConvParams,
  type PoolParams,
  type PrimitiveName,
} from "@flambeau/core/internal";

export interface Sample {
  readonly what: string;
  readonly f: (...inputs: Tensor[]) => Tensor | Tensor[];
  readonly inputs: () => Tensor[];
}

/** Distinct float64 values in (-1, 1), the same every time, that require grad. */
function values(shape: readonly number[], seed = 1): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const step = 0.6180339887498949;
  const data = Float64Array.from(
    { length: count },
    (_, i) => 2 * (((i + 1) * step + seed * 0.271828) % 1) - 1,
  );
  const x = tensor(data).reshape([...shape]);
  const leaf = x.detach();
  leaf.requiresGrad = true;
  return leaf;
}

const positive = (shape: readonly number[], seed = 1): Tensor => {
  const leaf = values(shape, seed).detach().abs().add(0.5).detach();
  leaf.requiresGrad = true;
  return leaf;
};

const index = (data: number[] | number[][]): Tensor => tensor(data, { dtype: "int32" });
const linear = (what: string, f: (x: Tensor) => Tensor, shape: readonly number[]): Sample => ({
  what,
  // The square makes the second derivative depend on the first.
  f: (x) => f((x as Tensor).mul(x as Tensor)),
  inputs: () => [values(shape)],
});

const mixed = pointwise("mixed", (x, y) => x.mul(y).tanh().add(x.sin()));
const twoOutputs = pointwise("pair", (x, y) => [x.mul(y).exp(), x.add(y)]);
const softmax = rowwise("softmax", (row, x) => {
  const e = x.sub(row.max(x)).exp();
  return e.div(row.sum(e));
});
const layerNorm = rowwise("layerNorm", (row, x, w, b) => {
  const { mean, m2 } = row.moments(x);
  return x.sub(mean).mul(m2.div(row.size).add(1e-3).rsqrt()).mul(w).add(b);
});
const residualNorm = rowwise("residualNorm", (row, x, y) => {
  const h = x.add(y.tanh());
  const { mean, m2 } = row.moments(h);
  return h.sub(mean).mul(m2.div(row.size).add(1e-3).rsqrt());
});
const gelu = pointwise("gelu", (x) => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1)));
const logsumexp = rowwise("logsumexp", (row, x) => row.logsumexp(x));
const sumAndMean = rowwise("stats", (row, x) => ({ sum: row.sum(x.square()), scaled: x.mul(row.mean(x)) }));

const conv = (direction: ConvParams["direction"], shape: readonly number[], groups = 1): ConvParams => ({
  direction,
  stride: [2, 1],
  padding: [1, 0],
  dilation: [1, 2],
  groups,
  shape,
});
const pool = (out: readonly number[], more: Partial<PoolParams> = {}): PoolParams => ({
  adaptive: false,
  size: [2, 2],
  stride: [2, 1],
  padding: [0, 0],
  dilation: [1, 1],
  countIncludePad: true,
  divisor: null,
  out,
  ...more,
});
const flat = { op: "take", coordinates: [{ index: 0 }, { axis: 1 }], wrap: false } as const;
const folded = (reduce: "set" | "add" | "mul" | "max" | "min", at: number[][]): Sample => ({
  what: reduce,
  f: (base, src) =>
    applyOne("scatter", [base as Tensor, src as Tensor, index(at)], { ...flat, op: "scatter", reduce }),
  inputs: () => [values([4, 3]), values([at.length, 3], 2)],
});
const scan = (op: "sum" | "prod" | "max" | "min" | "logsumexp", reverse: boolean): Sample => ({
  what: `${op}${reverse ? " reversed" : ""}`,
  f: (x) => apply("scan", [x as Tensor], { op, axis: 1, reverse, dtype: "float64" })[0] as Tensor,
  inputs: () => [values([2, 4, 2])],
});

/** A missing primitive does not compile. An empty list needs its reason. */
export const samples: { readonly [P in PrimitiveName]: readonly Sample[] } = {
  fused: [
    {
      what: "pointwise, broadcast",
      f: (x, y) => mixed(x as Tensor, y as Tensor),
      inputs: () => [values([3, 1, 2]), values([4, 1], 2)],
    },
    {
      what: "two outputs",
      f: (x, y) => [...twoOutputs(x as Tensor, y as Tensor)],
      inputs: () => [values([3]), values([2, 3], 2)],
    },
    { what: "0-d", f: (x, y) => mixed(x as Tensor, y as Tensor), inputs: () => [values([]), values([], 2)] },
    { what: "gelu", f: (x) => gelu(x as Tensor), inputs: () => [values([5])] },
    { what: "with a number", f: (x) => mixed(x as Tensor, 0.75), inputs: () => [values([3])] },
    { what: "softmax", f: (x) => softmax(x as Tensor, { dim: 1 }), inputs: () => [values([2, 4, 2])] },
    { what: "softmax of a 0-d tensor", f: (x) => softmax(x as Tensor), inputs: () => [values([])] },
    {
      what: "layerNorm",
      f: (x, w, b) => layerNorm(x as Tensor, w as Tensor, b as Tensor),
      inputs: () => [values([3, 4]), values([4], 2), values([4], 3)],
    },
    {
      what: "fused residual and norm",
      f: (x, y) => residualNorm(x as Tensor, y as Tensor),
      inputs: () => [values([3, 4]), values([4], 2)],
    },
    {
      what: "logsumexp of all",
      f: (x) => logsumexp(x as Tensor, { dim: null }),
      inputs: () => [values([3, 4])],
    },
    {
      what: "row and full-size outputs",
      f: (x) => Object.values(sumAndMean(x as Tensor, { dim: 0 })),
      inputs: () => [values([3, 2])],
    },
  ],
  view: [linear("view", (x) => applyOne("view", [x], { shape: [3, 2, 2] }), [2, 6])],
  permute: [linear("permute", (x) => applyOne("permute", [x], { dims: [2, 0, 1] }), [2, 3, 2])],
  expand: [linear("expand", (x) => applyOne("expand", [x], { shape: [4, 2, 3] }), [2, 1])],
  slice: [
    linear(
      "negative steps",
      (x) => applyOne("slice", [x], { starts: [2, 0], sizes: [2, 2], steps: [-1, 2] }),
      [3, 4],
    ),
  ],
  diagonal: [
    linear("diagonal", (x) => applyOne("diagonal", [x], { offset: 1, dim1: 0, dim2: 2 }), [3, 2, 4]),
  ],
  unfold: [
    linear("overlapping", (x) => applyOne("unfold", [x], { dim: 0, size: 3, step: 1 }), [5, 2]),
    linear("apart", (x) => applyOne("unfold", [x], { dim: 1, size: 2, step: 3 }), [2, 6]),
  ],
  asStrided: [
    linear(
      "overlapping",
      (x) => applyOne("asStrided", [x], { shape: [3, 3], strides: [2, 1], offset: 1 }),
      [8],
    ),
    linear(
      "transposed part",
      (x) => applyOne("asStrided", [x], { shape: [2, 2], strides: [1, 3], offset: 1 }),
      [3, 3],
    ),
    {
      what: "of a view",
      f: (x) =>
        applyOne("asStrided", [applyOne("permute", [(x as Tensor).mul(x as Tensor)], { dims: [1, 0] })], {
          shape: [3],
          strides: [2],
          offset: 1,
        }),
      inputs: () => [values([2, 3])],
    },
  ],
  // The same bytes as another dtype have no gradient.
  bitcast: [],
  cat: [
    {
      what: "middle dimension",
      f: (x, y) => applyOne("cat", [x as Tensor, (y as Tensor).mul(y as Tensor)], { dim: 1 }),
      inputs: () => [values([2, 1, 2]), values([2, 3, 2], 2)],
    },
  ],
  transfer: [linear("to the same device", (x) => applyOne("transfer", [x], { device: x.device }), [3])],
  matmul: [
    {
      what: "batched with bias",
      f: (a, b, c) => applyOne("matmul", [a, b, c] as Tensor[], {}),
      inputs: () => [values([2, 2, 3]), values([2, 3, 2], 2), values([2], 3)],
    },
  ],
  conv: [
    {
      what: "forward",
      f: (x, w, b) => applyOne("conv", [x, w, b] as Tensor[], conv("forward", [2, 4, 2, 2], 2)),
      inputs: () => [values([2, 2, 3, 4]), values([4, 1, 2, 2], 2), values([4], 3)],
    },
    {
      what: "input gradient",
      f: (y, w, b) => applyOne("conv", [y, w, b] as Tensor[], conv("inputGrad", [1, 2, 3, 4])),
      inputs: () => [values([1, 3, 2, 2]), values([3, 2, 2, 2], 2), values([2], 3)],
    },
    {
      what: "weight gradient",
      f: (x, y) => applyOne("conv", [x, y] as Tensor[], conv("weightGrad", [3, 2, 2, 2])),
      inputs: () => [values([2, 2, 3, 4]), values([2, 3, 2, 2], 2)],
    },
  ],
  maxPool: [
    {
      what: "overlapping",
      f: (x) => apply("maxPool", [x as Tensor], pool([2, 3]))[0] as Tensor,
      inputs: () => [values([1, 2, 4, 4])],
    },
  ],
  maxPoolBackward: [
    {
      what: "overlapping",
      f: (x, g) => {
        const indices = apply("maxPool", [(x as Tensor).detach()], pool([2, 3]))[1] as Tensor;
        return applyOne("maxPoolBackward", [(g as Tensor).mul(g as Tensor), indices], pool([4, 4]));
      },
      inputs: () => [values([1, 2, 4, 4]).detach(), values([1, 2, 2, 3], 2)],
    },
  ],
  avgPool: [
    linear(
      "padded",
      (x) => applyOne("avgPool", [x], pool([2, 5], { padding: [0, 1], countIncludePad: false })),
      [1, 2, 4, 4],
    ),
    linear("adaptive", (x) => applyOne("avgPool", [x], pool([3, 2], { adaptive: true })), [1, 1, 4, 5]),
  ],
  avgPoolBackward: [
    linear(
      "padded",
      (x) => applyOne("avgPoolBackward", [x], pool([4, 4], { padding: [0, 1] })),
      [1, 2, 2, 5],
    ),
  ],
  gather: [
    linear(
      "rows, one twice",
      (x) => applyOne("gather", [x, index([[2], [0], [2]])], { ...flat, shape: [3, 2] }),
      [3, 2],
    ),
    linear(
      "from the end",
      (x) => applyOne("gather", [x, index([[-1], [0]])], { ...flat, wrap: true, shape: [2, 2] }),
      [3, 2],
    ),
  ],
  scatter: [
    folded("set", [[2], [0]]),
    folded("add", [[2], [0], [2]]),
    folded("mul", [[2], [0], [2]]),
    folded("max", [[2], [0], [2]]),
    folded("min", [[2], [0], [2]]),
  ],
  scan: [
    scan("sum", false),
    scan("sum", true),
    scan("max", false),
    scan("min", true),
    scan("logsumexp", false),
    scan("logsumexp", true),
    { ...scan("prod", false), inputs: () => [positive([2, 4, 2])] },
    { ...scan("prod", true), inputs: () => [values([2, 4, 2])] },
  ],
  sort: [
    linear("whole", (x) => apply("sort", [x], { descending: false, k: null })[0] as Tensor, [2, 4]),
    linear("top 2", (x) => apply("sort", [x], { descending: true, k: 2 })[0] as Tensor, [2, 4]),
  ],
};
