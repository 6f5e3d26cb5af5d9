/** Connectionist temporal classification (`torch.nn.functional.ctc_loss`; Graves et al. 2006). */
import {
  ArgumentError,
  arange,
  DTypeError,
  type Expr,
  formatShape,
  isInt,
  op,
  pointwise,
  rowwise,
  ShapeError,
  type Tensor,
  tensor,
  where,
} from "@flambeau/core";
import { checkReduction, type Reduction } from "./loss.js";

/** The logarithm of next to nothing; finite, so that its gradient is 0 and not NaN. */
const NEVER = -1e30;

/** log of the sum of the ways to be at a position after a step: staying, from the one before, from two before where that may be skipped. */
const advance = pointwise(
  "ctcLoss",
  (stay: Expr, one: Expr, two: Expr, skips: Expr, emission: Expr, running: Expr) => {
    const far = skips.where(two, NEVER);
    const top = stay.max(one).max(far).detach();
    const sum = stay.sub(top).exp().add(one.sub(top).exp()).add(far.sub(top).exp());
    return running.where(sum.log().add(top).max(NEVER).add(emission.max(NEVER)).max(NEVER), stay);
  },
  { promote: [0] },
);
const either = pointwise("ctcLoss", (a: Expr, b: Expr) => a.logaddexp(b).neg());
const unreachable = pointwise(
  "ctcLoss",
  (loss: Expr, value: Expr) => loss.gt(-NEVER / 2).where(value, loss),
  { promote: [0] },
);

/**
 * 0, with the gradient exp(x) summed over classes. PyTorch's gradient is one for normalised log-probabilities; for those this adds
 * nothing to the gradient of what they were normalised from.
 */
const normalisation = rowwise("ctcLoss", (row, x: Expr, running: Expr) =>
  row.sum(running.where(x.exp().sub(x.exp().detach()), 0)),
);

/** Targets as rows [N, longest], given so or one after the other. */
function targetRows(name: string, targets: Tensor, lengths: readonly number[]): Tensor {
  if (targets.ndim === 2) return targets;
  const total = lengths.reduce((n, m) => n + m, 0);
  if (targets.ndim !== 1 || targets.numel < total)
    throw new ShapeError(
      name,
      `expected targets [N, S] or [sum of target lengths], got ${formatShape(targets.shape)}`,
    );
  const longest = Math.max(1, ...lengths);
  let from = 0;
  const rows = lengths.map((length) => {
    const row = Array.from({ length: longest }, (_, k) => from + Math.min(k, Math.max(0, length - 1)));
    from += length;
    return row.map((at) => Math.min(at, targets.numel - 1));
  });
  return targets.take(tensor(rows, { dtype: "int32", device: targets.device }));
}

const numbers = (lengths: Tensor | readonly number[]): number[] =>
  Array.isArray(lengths) ? [...lengths] : Array.from((lengths as Tensor).dataSync(), Number);

/**
 * -log of the probability that log-probabilities logProbs [T, N, C] (or [T, C]) spell the targets, repeats merged and blanks left out.
 * Lengths are tensors or arrays of N and are read at once. "mean" divides each loss by its target's length first; `zeroInfinity` makes the
 * loss of targets too long for their input 0.
 */
export const ctcLoss = op(
  "ctcLoss",
  ["targets", "inputLengths", "targetLengths", "blank", "reduction", "zeroInfinity"],
  (
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | readonly number[],
    targetLengths: Tensor | readonly number[],
    blank = 0,
    reduction: Reduction = "mean",
    zeroInfinity = false,
  ): Tensor => {
    const name = "ctcLoss";
    checkReduction(name, reduction);
    if (!isInt(targets.dtype))
      throw new DTypeError(name, `expected targets of an integer dtype, got ${targets.dtype}`);
    const batched = logProbs.ndim === 3;
    if (!batched && logProbs.ndim !== 2)
      throw new ShapeError(name, `expected logProbs [T, N, C] or [T, C], got ${formatShape(logProbs.shape)}`);
    const x = batched ? logProbs : logProbs.unsqueeze(1);
    const [steps, count, classes] = x.shape as [number, number, number];
    const [inputs, wanted] = [numbers(inputLengths), numbers(targetLengths)];
    if (inputs.length !== count || wanted.length !== count)
      throw new ShapeError(name, `expected ${count} lengths, got ${inputs.length} and ${wanted.length}`);
    if (inputs.some((n) => n < 0 || n > steps) || wanted.some((n) => n < 0))
      throw new ArgumentError(name, `expected lengths from 0 to ${steps}, got ${inputs.join(", ")}`);
    if (!(blank >= 0 && blank < classes))
      throw new ArgumentError(name, `expected a blank class below ${classes}, got ${blank}`);
    const rows = targetRows(
      name,
      !batched && targets.ndim === 1 ? targets.unsqueeze(0) : targets,
      wanted,
    ).int();
    const losses = pathLoss(x, rows, inputs, wanted, blank);
    const safe = unreachable(losses, zeroInfinity ? 0 : Number.POSITIVE_INFINITY);
    if (reduction === "none") return batched ? safe : safe.squeeze(0);
    if (reduction === "sum") return safe.sum();
    const lengths = wanted.map((n) => Math.max(1, n));
    return safe.div(tensor(lengths, { dtype: safe.dtype, device: safe.device })).mean();
  },
);

/** The losses [N] by the forward recursion over targets with blanks around every label. */
function pathLoss(
  x: Tensor,
  targets: Tensor,
  inputs: readonly number[],
  wanted: readonly number[],
  blank: number,
): Tensor {
  const [steps, count] = x.shape as [number, number, number];
  const length = 2 * (targets.shape[1] as number) + 1;
  const { device } = x;
  const places = arange(length, { dtype: "int32", device });
  const isLabel = places.remainder(2).eq(1);
  const spread = targets.repeatInterleave(2, 1).pad([0, 1]);
  const labels = where(isLabel, spread, blank).to("int32");
  // A label may follow the label before it directly unless it is the same.
  const before = labels.pad([2, 0], "constant", -1).narrow(1, 0, length);
  const skips = isLabel.logicalAnd(labels.ne(before)).logicalAnd(places.gt(1));
  const emissions = x.gather(2, labels.expand([steps, count, length]));
  const shifted = (alpha: Tensor, by: number): Tensor =>
    alpha.pad([by, 0], "constant", NEVER).narrow(1, 0, length);
  const limits = tensor(inputs, { dtype: "int32", device }).unsqueeze(1);
  // Before the first step the way in is the position of the first blank, from where the first label may be entered too.
  let alpha = where(places.lt(1), 0, emissions.select(0, 0).mul(0).add(NEVER));
  for (let t = 0; t < steps; t++)
    alpha = advance(alpha, shifted(alpha, 1), shifted(alpha, 2), skips, emissions.select(0, t), limits.gt(t));
  const ends = tensor(
    wanted.map((n) => 2 * n),
    { dtype: "int32", device },
  ).unsqueeze(1);
  const last = alpha.gather(1, ends).squeeze(1);
  const label = where(ends.gt(0), alpha.gather(1, ends.sub(1).clampMin(0)), NEVER).squeeze(1);
  const running = arange(steps, { dtype: "int32", device }).reshape([steps, 1, 1]).lt(limits);
  return either(last, label).add(normalisation(x, running, { dim: [0, 2] }));
}
