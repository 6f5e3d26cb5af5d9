/**
 * Softmax over many classes, the rare ones in clusters (`torch.nn.AdaptiveLogSoftmaxWithLoss`, Grave et al.
 * 2017).
 */
import {
  ArgumentError,
  type Arguments,
  cat,
  type DeviceLike,
  type DType,
  formatShape,
  type NamedTuple,
  namedTuple,
  ShapeError,
  type Tensor,
} from "@flambeau/core";
import { Module } from "../module.js";
import { checkIntegers } from "./checks.js";
import { ModuleList, Sequential } from "./container/index.js";
import { bind } from "./layer.js";
import { Linear } from "./linear.js";

const names = ["inFeatures", "nClasses", "cutoffs", "divValue", "headBias", "device", "dtype"] as const;
type AdaptiveArguments = [
  inFeatures: number,
  nClasses: number,
  cutoffs: readonly number[],
  divValue?: number,
  headBias?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/**
 * The head scores the classes below the first cutoff and one entry per cluster; cluster i, the classes from
 * cutoff i up to the next, is scored from inFeatures / divValue^(i + 1) features, and only for the rows whose
 * target lies in it. Classes are in order of descending frequency. forward takes input [N, inFeatures] and
 * target [N] (or one of each) and returns { output, loss }: the log-probability of every target, and minus
 * their mean. Reads the targets.
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  declare head: Linear;
  declare tail: ModuleList<Sequential>;
  declare readonly inFeatures: number;
  declare readonly nClasses: number;
  /** Where clusters begin; the last entry is nClasses. */
  declare readonly cutoffs: readonly number[];

  constructor(...args: Arguments<AdaptiveArguments, typeof names>) {
    super();
    const name = "AdaptiveLogSoftmaxWithLoss";
    const [inFeatures, nClasses, cutoffs, divValue = 4, headBias = false, device, dtype] =
      bind<AdaptiveArguments>(name, names, args as readonly unknown[]);
    checkIntegers(name, { inFeatures, nClasses });
    const bounds = [0, ...cutoffs, nClasses];
    if (cutoffs.length === 0 || bounds.some((n, i) => !Number.isInteger(n) || n <= (bounds[i - 1] ?? -1)))
      throw new ArgumentError(
        name,
        `expected cutoffs as increasing integers between 0 and nClasses ${nClasses}, got ${formatShape(cutoffs)}`,
      );
    const place = { device, dtype };
    this.inFeatures = inFeatures;
    this.nClasses = nClasses;
    this.cutoffs = [...cutoffs, nClasses];
    this.head = new Linear(inFeatures, this.shortlist + cutoffs.length, { bias: headBias, ...place });
    this.tail = new ModuleList(
      cutoffs.map((low, i) => {
        const hidden = Math.floor(inFeatures / divValue ** (i + 1));
        const size = (this.cutoffs[i + 1] as number) - low;
        return new Sequential(
          new Linear(inFeatures, hidden, { bias: false, ...place }),
          new Linear(hidden, size, { bias: false, ...place }),
        );
      }),
    );
  }

  /** Number of classes that the head scores itself. */
  private get shortlist(): number {
    return this.cutoffs[0] as number;
  }

  resetParameters(): void {
    for (const module of this.modules()) if (module instanceof Linear) module.resetParameters();
  }

  override forward(input: Tensor, target: Tensor): NamedTuple<readonly ["output", "loss"], Tensor> {
    const alone = input.ndim === 1;
    const x = alone ? input.unsqueeze(0) : input;
    const y = alone ? target.reshape([1]) : target;
    if (x.ndim !== 2 || y.ndim !== 1 || x.shape[0] !== y.shape[0] || target.ndim !== input.ndim - 1)
      throw new ShapeError(
        "AdaptiveLogSoftmaxWithLoss",
        `expected input [N, ${this.inFeatures}] and target [N], got shapes ${formatShape(input.shape)} and ${formatShape(target.shape)}`,
      );
    // In the head, a class of the shortlist is itself and any other one its cluster's entry.
    const cluster = this.cutoffs
      .slice(1, -1)
      .reduce((sum, cutoff) => sum.add(y.ge(cutoff)), y.clampMax(this.shortlist));
    let output = this.head.forward(x).logSoftmax(1).gather(1, cluster.unsqueeze(1)).squeeze(1);
    this.tail.toArray().forEach((scores, i) => {
      const [low, next] = [this.cutoffs[i] as number, this.cutoffs[i + 1] as number];
      // Classes beyond the last are left to the last cluster, whose lookup refuses them.
      const isLast = next === this.nClasses;
      const rows = (isLast ? y.ge(low) : y.ge(low).logicalAnd(y.lt(next))).nonzero().squeeze(1);
      if (rows.numel === 0) return;
      const within = y.indexSelect(0, rows).sub(low).unsqueeze(1);
      const chosen = scores.forward(x.indexSelect(0, rows)).logSoftmax(1).gather(1, within).squeeze(1);
      output = output.indexAdd(0, rows, chosen);
    });
    const loss = output.mean().neg();
    return namedTuple(["output", "loss"], [alone ? output.squeeze(0) : output, loss]);
  }

  /** The log-probabilities of all classes: input [N, inFeatures] → [N, nClasses]. */
  logProb(input: Tensor): Tensor {
    const head = this.head.forward(input).logSoftmax(1);
    const clusters = this.tail.toArray().map((scores, i) =>
      scores
        .forward(input)
        .logSoftmax(1)
        .add(head.narrow(1, this.shortlist + i, 1)),
    );
    return cat([head.narrow(1, 0, this.shortlist), ...clusters], 1);
  }

  /** The most probable class of every row: input [N, inFeatures] → [N]. */
  predict(input: Tensor): Tensor {
    return this.logProb(input).argmax(1);
  }
}
