/** Activation layers (`torch.nn`). */
import type { Arguments, DeviceLike, DType, Tensor } from "@flambeau/core";
import { full, noGrad, op } from "@flambeau/core";
import * as F from "../functional/index.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { bind, functionLayer, operatorLayer } from "./layer.js";

export class ReLU extends operatorLayer("ReLU", F.relu) {}
export class ReLU6 extends operatorLayer("ReLU6", F.relu6) {}
export class SELU extends operatorLayer("SELU", F.selu) {}
export class SiLU extends operatorLayer("SiLU", F.silu) {}
export class Mish extends operatorLayer("Mish", F.mish) {}
export class Hardswish extends operatorLayer("Hardswish", F.hardswish) {}
export class Hardsigmoid extends operatorLayer("Hardsigmoid", F.hardsigmoid) {}
export class Sigmoid extends operatorLayer("Sigmoid", F.sigmoid) {}
export class Tanh extends operatorLayer("Tanh", F.tanh) {}
export class LogSigmoid extends operatorLayer("LogSigmoid", F.logsigmoid) {}
export class Tanhshrink extends operatorLayer("Tanhshrink", F.tanhshrink) {}
export class Softsign extends operatorLayer("Softsign", F.softsign) {}
export class ELU extends operatorLayer("ELU", F.elu) {}
export class CELU extends operatorLayer("CELU", F.celu) {}
export class LeakyReLU extends operatorLayer("LeakyReLU", F.leakyRelu) {}
export class GELU extends operatorLayer("GELU", F.gelu) {}
export class GLU extends operatorLayer("GLU", F.glu) {}
export class Hardtanh extends operatorLayer("Hardtanh", F.hardtanh) {}
export class Hardshrink extends operatorLayer("Hardshrink", F.hardshrink) {}
export class Softshrink extends operatorLayer("Softshrink", F.softshrink) {}
export class Softplus extends operatorLayer("Softplus", F.softplus) {}
export class Threshold extends operatorLayer("Threshold", F.threshold) {}
export class RReLU extends functionLayer<
  [lower?: number, upper?: number, inplace?: boolean],
  ["lower", "upper", "inplace"]
>("RReLU", ["lower", "upper", "inplace"], ([x], [lower, upper, inplace], layer) =>
  F.rrelu(x as Tensor, lower, upper, layer.training, inplace),
) {}

/** A layer that works along `dim`; without one, PyTorch's old rule: dimension 0 for ranks 0, 1 and 3, else 1. */
const alongDim = (name: string, run: (x: Tensor, dim: number) => Tensor) =>
  operatorLayer(
    name,
    op(name, ["dim"], (x: Tensor, dim: number | null = null) =>
      run(x, dim ?? ([0, 1, 3].includes(x.ndim) ? 0 : 1)),
    ),
  );
export class Softmax extends alongDim("Softmax", (x, dim) => x.softmax(dim)) {}
export class LogSoftmax extends alongDim("LogSoftmax", (x, dim) => x.logSoftmax(dim)) {}
export class Softmin extends alongDim("Softmin", F.softmin) {}
/** Softmax over the channels of [N, C, H, W] or [C, H, W]. */
export class Softmax2d extends operatorLayer("Softmax2d", (x: Tensor) => x.softmax(-3)) {}

const preluNames = ["numParameters", "init", "device", "dtype"] as const;
type PReLUArguments = [numParameters?: number, init?: number, device?: DeviceLike, dtype?: DType];
/** Leaky ReLU with a learned slope, one for all or one per channel (He et al. 2015). */
export class PReLU extends Module {
  declare weight: Parameter;
  constructor(...args: Arguments<PReLUArguments, typeof preluNames>) {
    super();
    const [numParameters = 1, init = 0.25, device, dtype] = bind<PReLUArguments>(
      "PReLU",
      preluNames,
      args as readonly unknown[],
    );
    this.weight = new Parameter(
      noGrad(() => full([numParameters], init, { device, dtype: dtype ?? "float32" })),
    );
  }
  override forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }
  override extraRepr(): string {
    return `numParameters=${this.weight.numel}`;
  }
}
