/** One time step of each recurrent network, as fused kernels over the gates' pre-activations. */
import { defineFunction } from "@flambeau/autograd";
import { addmm, cat, type Expr, matmul, pointwise, type Tensor } from "@flambeau/core";

/** The state between steps: h, or h and c. Each [N, …]; the first is what the step puts out. */
export type State = readonly Tensor[];

/** Weights of one layer in one direction. */
export interface StepWeights {
  /** [gates · hidden, hidden] */
  readonly hidden: Tensor;
  /** [gates · hidden], or null */
  readonly hiddenBias: Tensor | null;
  /** [projected, hidden] of an LSTM with projections, else null */
  readonly projection: Tensor | null;
}

/**
 * From what the input adds to the gates' pre-activations [N, gates · hidden] and the state before to the
 * state after.
 */
export type Step = (fromInput: Tensor, state: State, weights: StepWeights) => State;

/**
 * Consecutive parts along `dim`, whose gradients come back as one concatenation; parts taken one by one would
 * each add a whole array of zeros around their gradient.
 */
export const parts = (x: Tensor, sizes: readonly number[], dim: number): readonly Tensor[] =>
  sizes.length === 1 ? [x] : splitting(x, sizes, dim);

const splitting = defineFunction<[Tensor, readonly number[], number], readonly Tensor[]>({
  name: "parts",
  forward(ctx, x, sizes, dim) {
    ctx.dim = dim;
    return x.splitWithSizes(sizes, dim);
  },
  backward: (ctx, ...grads) => [cat(grads, ctx.dim as number), null, null],
});

const gates = (x: Tensor, count: number): readonly Tensor[] =>
  parts(x, new Array<number>(count).fill((x.shape[1] as number) / count), 1);

const product = (x: Tensor, weight: Tensor, bias: Tensor | null): Tensor =>
  bias === null ? matmul(x, weight.t()) : addmm(bias, x, weight.t());

const lstmGates = pointwise("lstmCell", (input: Expr, forget: Expr, cell: Expr, output: Expr, c: Expr) => {
  const next = forget.sigmoid().mul(c).add(input.sigmoid().mul(cell.tanh()));
  return [output.sigmoid().mul(next.tanh()), next] as const;
});

/**
 * c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c'), times the projection where there is one (Hochreiter &
 * Schmidhuber 1997).
 */
export const lstmStep: Step = (fromInput, [h, c], { hidden, hiddenBias, projection }) => {
  const bias = hiddenBias === null ? fromInput : fromInput.add(hiddenBias);
  const [input, forget, cell, output] = gates(addmm(bias, h as Tensor, hidden.t()), 4) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const [y, next] = lstmGates(input, forget, cell, output, c as Tensor);
  return [projection === null ? y : matmul(y, projection.t()), next];
};

const gruGates = pointwise(
  "gruCell",
  (rx: Expr, zx: Expr, nx: Expr, rh: Expr, zh: Expr, nh: Expr, h: Expr) => {
    const candidate = nx.add(rx.add(rh).sigmoid().mul(nh)).tanh();
    return candidate.add(zx.add(zh).sigmoid().mul(h.sub(candidate)));
  },
);

/** n = tanh(nx + σ(r) nh), h' = n + σ(z) (h - n) (Cho et al. 2014). */
export const gruStep: Step = (fromInput, [h], { hidden, hiddenBias }) => {
  const [rx, zx, nx] = gates(fromInput, 3) as [Tensor, Tensor, Tensor];
  const [rh, zh, nh] = gates(product(h as Tensor, hidden, hiddenBias), 3) as [Tensor, Tensor, Tensor];
  return [gruGates(rx, zx, nx, rh, zh, nh, h as Tensor)];
};

const simple = {
  tanh: pointwise("rnnTanhCell", (x: Expr, h: Expr) => x.add(h).tanh()),
  relu: pointwise("rnnReluCell", (x: Expr, h: Expr) => x.add(h).max(0)),
} as const;

export type Nonlinearity = keyof typeof simple;
export const isNonlinearity = (name: unknown): name is Nonlinearity => name === "tanh" || name === "relu";

/** h' = tanh or relu of the sum of what input and state give (Elman 1990). */
export const rnnStep =
  (nonlinearity: Nonlinearity): Step =>
  (fromInput, [h], { hidden, hiddenBias }) => [
    simple[nonlinearity](fromInput, product(h as Tensor, hidden, hiddenBias)),
  ];
