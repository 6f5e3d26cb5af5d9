/** Activation layers (`torch.nn`). */
import type { Arguments, DeviceLike, DType, Tensor } from "@flambeau/core";
import { full, noGrad } from "@flambeau/core";
import * as F from "../functional/index.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { bind, functionLayer, operatorLayer } from "./layer.js";

const inplace = ["inplace"] as const;
type Inplace = [inplace?: boolean];

export class ReLU extends operatorLayer<Inplace, typeof inplace>("ReLU", inplace, F.relu) {}
export class ReLU6 extends operatorLayer<Inplace, typeof inplace>("ReLU6", inplace, F.relu6) {}
export class SELU extends operatorLayer<Inplace, typeof inplace>("SELU", inplace, F.selu) {}
export class SiLU extends operatorLayer<Inplace, typeof inplace>("SiLU", inplace, F.silu) {}
export class Mish extends operatorLayer<Inplace, typeof inplace>("Mish", inplace, F.mish) {}
export class Hardswish extends operatorLayer<Inplace, typeof inplace>("Hardswish", inplace, F.hardswish) {}
export class Hardsigmoid extends operatorLayer<Inplace, typeof inplace>(
  "Hardsigmoid",
  inplace,
  F.hardsigmoid,
) {}
export class Sigmoid extends operatorLayer<[], []>("Sigmoid", [], F.sigmoid) {}
export class Tanh extends operatorLayer<[], []>("Tanh", [], F.tanh) {}
export class LogSigmoid extends operatorLayer<[], []>("LogSigmoid", [], F.logsigmoid) {}
export class Tanhshrink extends operatorLayer<[], []>("Tanhshrink", [], F.tanhshrink) {}
export class Softsign extends operatorLayer<[], []>("Softsign", [], F.softsign) {}
export class ELU extends operatorLayer<[alpha?: number, inplace?: boolean], ["alpha", "inplace"]>(
  "ELU",
  ["alpha", "inplace"],
  F.elu,
) {}
export class CELU extends operatorLayer<[alpha?: number, inplace?: boolean], ["alpha", "inplace"]>(
  "CELU",
  ["alpha", "inplace"],
  F.celu,
) {}
export class LeakyReLU extends operatorLayer<
  [negativeSlope?: number, inplace?: boolean],
  ["negativeSlope", "inplace"]
>("LeakyReLU", ["negativeSlope", "inplace"], F.leakyRelu) {}
export class GELU extends operatorLayer<[approximate?: "none" | "tanh"], ["approximate"]>(
  "GELU",
  ["approximate"],
  F.gelu,
) {}
export class GLU extends operatorLayer<[dim?: number], ["dim"]>("GLU", ["dim"], F.glu) {}
export class Hardtanh extends operatorLayer<
  [minVal?: number, maxVal?: number, inplace?: boolean],
  ["minVal", "maxVal", "inplace"]
>("Hardtanh", ["minVal", "maxVal", "inplace"], F.hardtanh) {}
export class Hardshrink extends operatorLayer<[lambd?: number], ["lambd"]>(
  "Hardshrink",
  ["lambd"],
  F.hardshrink,
) {}
export class Softshrink extends operatorLayer<[lambd?: number], ["lambd"]>(
  "Softshrink",
  ["lambd"],
  F.softshrink,
) {}
export class Softplus extends operatorLayer<[beta?: number, threshold?: number], ["beta", "threshold"]>(
  "Softplus",
  ["beta", "threshold"],
  F.softplus,
) {}
export class Threshold extends operatorLayer<
  [threshold: number, value: number, inplace?: boolean],
  ["threshold", "value", "inplace"]
>("Threshold", ["threshold", "value", "inplace"], F.threshold) {}
export class RReLU extends functionLayer<
  [lower?: number, upper?: number, inplace?: boolean],
  ["lower", "upper", "inplace"]
>("RReLU", ["lower", "upper", "inplace"], ([x], [lower, upper, inPlace], layer) =>
  F.rrelu(x as Tensor, lower, upper, layer.training, inPlace),
) {}

/** Softmax over `dim`; without one, PyTorch's old rule: dimension 0 for ranks 0, 1 and 3, else 1. */
const implicit = (t: Tensor, dim: number | null | undefined): number =>
  dim ?? (t.ndim === 0 || t.ndim === 1 || t.ndim === 3 ? 0 : 1);
export class Softmax extends operatorLayer<[dim?: number | null], ["dim"]>("Softmax", ["dim"], (x, dim) =>
  x.softmax(implicit(x, dim)),
) {}
export class LogSoftmax extends operatorLayer<[dim?: number | null], ["dim"]>(
  "LogSoftmax",
  ["dim"],
  (x, dim) => x.logSoftmax(implicit(x, dim)),
) {}
export class Softmin extends operatorLayer<[dim?: number | null], ["dim"]>("Softmin", ["dim"], (x, dim) =>
  F.softmin(x, implicit(x, dim)),
) {}
/** Softmax over the channels of [N, C, H, W] or [C, H, W]. */
export class Softmax2d extends operatorLayer<[], []>("Softmax2d", [], (x) => x.softmax(-3)) {}

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
