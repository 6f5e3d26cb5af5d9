/** Batch normalisation (`torch.nn.BatchNorm1d` … `BatchNorm3d`, Ioffe & Szegedy 2015). */
import { type Arguments, noGrad, type Tensor } from "@flambeau/core";
import { batchNorm } from "../../functional/normalization.js";
import { type NormArguments, type normNames, RunningNorm } from "./running.js";

abstract class BatchNorm extends RunningNorm {
  override forward(x: Tensor): Tensor {
    this.accept(x, 1);
    let momentum: number | Tensor = this.momentum ?? 0;
    if (this.training && this.numBatchesTracked !== null) {
      const counter = this.numBatchesTracked;
      noGrad(() => counter.add_(1));
      // Without a momentum the statistics are the plain average over all batches.
      if (this.momentum === null) momentum = noGrad(() => counter.to(x.dtype).reciprocal());
    }
    const useBatch = this.training || this.runningMean === null;
    const running = !this.training || this.runningMean !== null;
    return batchNorm(
      x,
      running ? this.runningMean : null,
      running ? this.runningVar : null,
      this.weight,
      this.bias,
      useBatch,
      momentum,
      this.eps,
    );
  }
}
const batchDefaults = { affine: true, track: true };
/** Batch normalisation of [N, C] or [N, C, L]. */
export class BatchNorm1d extends BatchNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("BatchNorm1d", [2, 3], batchDefaults, args as readonly unknown[]);
  }
}
/** Batch normalisation of [N, C, H, W]. */
export class BatchNorm2d extends BatchNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("BatchNorm2d", [4], batchDefaults, args as readonly unknown[]);
  }
}
/** Batch normalisation of [N, C, D, H, W]. */
export class BatchNorm3d extends BatchNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("BatchNorm3d", [5], batchDefaults, args as readonly unknown[]);
  }
}
