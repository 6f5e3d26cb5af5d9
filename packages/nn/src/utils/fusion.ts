/** Folding batch normalisation into the layer before it, for inference (`torch.nn.utils.fusion`). */
import { ArgumentError, noGrad, type Tensor, zerosLike } from "@flambeau/core";
import type { Conv1d, Conv2d, Conv3d } from "../modules/conv/index.js";
import type { Linear } from "../modules/linear.js";
import type { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "../modules/norm/index.js";
import { Parameter } from "../parameter.js";

type Weighted = Conv1d | Conv2d | Conv3d | Linear;
type BatchNorm = BatchNorm1d | BatchNorm2d | BatchNorm3d;

/**
 * A copy of `conv` that gives what `norm` gives of it in eval mode (`fuse_conv_bn_eval`). Throws
 * ArgumentError while either is in training.
 */
export const fuseConvBnEval = <C extends Conv1d | Conv2d | Conv3d>(conv: C, norm: BatchNorm): C =>
  fused("fuseConvBnEval", conv, norm);

/**
 * A copy of `linear` that gives what `norm` gives of it in eval mode (`fuse_linear_bn_eval`). Throws
 * ArgumentError while either is in training.
 */
export const fuseLinearBnEval = (linear: Linear, norm: BatchNorm): Linear =>
  fused("fuseLinearBnEval", linear, norm);

/**
 * Per output channel, y = (x - mean) γ / √(var + eps) + β of x = w · input + b is a layer with weight w γ /
 * √(var + eps) and bias (b - mean) γ / √(var + eps) + β.
 */
function fused<L extends Weighted>(op: string, layer: L, norm: BatchNorm): L {
  const { runningMean, runningVar } = norm;
  if (layer.training || norm.training)
    throw new ArgumentError(op, "expected both layers in eval mode, got one in training");
  if (runningMean === null || runningVar === null)
    throw new ArgumentError(op, "expected a normalisation with running statistics, got one without");
  if (norm.numFeatures !== layer.weight.shape[0])
    throw new ArgumentError(
      op,
      `expected a normalisation of ${layer.weight.shape[0]} features, got one of ${norm.numFeatures}`,
    );
  return noGrad(() => {
    const scale = runningVar
      .add(norm.eps)
      .rsqrt()
      .mul(norm.weight ?? 1);
    const perRow = scale.reshape([-1, ...new Array<number>(layer.weight.ndim - 1).fill(1)]);
    const bias: Tensor = layer.bias ?? zerosLike(runningMean);
    const result = layer.clone() as L;
    result.weight = new Parameter(layer.weight.mul(perRow).to(layer.weight.dtype), layer.weight.requiresGrad);
    result.bias = new Parameter(
      bias
        .sub(runningMean)
        .mul(scale)
        .add(norm.bias ?? 0)
        .to(layer.weight.dtype),
      layer.weight.requiresGrad,
    );
    return result;
  });
}
