/** Instance normalisation (`torch.nn.InstanceNorm1d` … `InstanceNorm3d`, Ulyanov et al. 2016). */
import type { Arguments, Tensor } from "@flambeau/core";
import { instanceNorm } from "../../functional/normalization.js";
import { type NormArguments, type normNames, RunningNorm } from "./running.js";

abstract class InstanceNorm extends RunningNorm {
  override forward(x: Tensor): Tensor {
    const alone = x.ndim === this.ranks[0];
    this.accept(x, alone ? 0 : 1);
    const input = alone ? x.unsqueeze(0) : x;
    const useInput = this.training || this.runningMean === null;
    const y = instanceNorm(
      input,
      this.runningMean,
      this.runningVar,
      this.weight,
      this.bias,
      useInput,
      this.momentum ?? 0,
      this.eps,
    );
    return alone ? y.squeeze(0) : y;
  }
}
const instanceDefaults = { affine: false, track: false };
/** Instance normalisation of [N, C, L] or [C, L]. */
export class InstanceNorm1d extends InstanceNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("InstanceNorm1d", [2, 3], instanceDefaults, args as readonly unknown[]);
  }
}
/** Instance normalisation of [N, C, H, W] or [C, H, W]. */
export class InstanceNorm2d extends InstanceNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("InstanceNorm2d", [3, 4], instanceDefaults, args as readonly unknown[]);
  }
}
/** Instance normalisation of [N, C, D, H, W] or [C, D, H, W]. */
export class InstanceNorm3d extends InstanceNorm {
  constructor(...args: Arguments<NormArguments, typeof normNames>) {
    super("InstanceNorm3d", [4, 5], instanceDefaults, args as readonly unknown[]);
  }
}
