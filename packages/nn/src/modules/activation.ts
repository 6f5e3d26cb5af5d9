/** Activation layers (`torch.nn`). */
import type { Arguments, DeviceLike, DType, Tensor } from "@flambeau/core";
import { full, noGrad } from "@flambeau/core";
import * as F from "../functional/index.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { bind, functionLayer } from "./layer.js";

type One = readonly Tensor[];
const inplace = ["inplace"] as const;
type Inplace = [inplace?: boolean];
const x = (inputs: One): Tensor => inputs[0] as Tensor;

export class ReLU extends functionLayer<Inplace, typeof inplace>("ReLU", inplace, (i, o) =>
  F.relu(x(i), ...o),
) {}
export class ReLU6 extends functionLayer<Inplace, typeof inplace>("ReLU6", inplace, (i, o) =>
  F.relu6(x(i), ...o),
) {}
export class SELU extends functionLayer<Inplace, typeof inplace>("SELU", inplace, (i, o) =>
  F.selu(x(i), ...o),
) {}
export class SiLU extends functionLayer<Inplace, typeof inplace>("SiLU", inplace, (i, o) =>
  F.silu(x(i), ...o),
) {}
export class Mish extends functionLayer<Inplace, typeof inplace>("Mish", inplace, (i, o) =>
  F.mish(x(i), ...o),
) {}
export class Hardswish extends functionLayer<Inplace, typeof inplace>("Hardswish", inplace, (i, o) =>
  F.hardswish(x(i), ...o),
) {}
export class Hardsigmoid extends functionLayer<Inplace, typeof inplace>("Hardsigmoid", inplace, (i, o) =>
  F.hardsigmoid(x(i), ...o),
) {}
export class Sigmoid extends functionLayer<[], []>("Sigmoid", [], (i) => x(i).sigmoid()) {}
export class Tanh extends functionLayer<[], []>("Tanh", [], (i) => x(i).tanh()) {}
export class LogSigmoid extends functionLayer<[], []>("LogSigmoid", [], (i) => F.logsigmoid(x(i))) {}
export class Tanhshrink extends functionLayer<[], []>("Tanhshrink", [], (i) => F.tanhshrink(x(i))) {}
export class Softsign extends functionLayer<[], []>("Softsign", [], (i) => F.softsign(x(i))) {}
export class ELU extends functionLayer<[alpha?: number, inplace?: boolean], ["alpha", "inplace"]>(
  "ELU",
  ["alpha", "inplace"],
  (i, o) => F.elu(x(i), ...o),
) {}
export class CELU extends functionLayer<[alpha?: number, inplace?: boolean], ["alpha", "inplace"]>(
  "CELU",
  ["alpha", "inplace"],
  (i, o) => F.celu(x(i), ...o),
) {}
export class LeakyReLU extends functionLayer<
  [negativeSlope?: number, inplace?: boolean],
  ["negativeSlope", "inplace"]
>("LeakyReLU", ["negativeSlope", "inplace"], (i, o) => F.leakyRelu(x(i), ...o)) {}
export class GELU extends functionLayer<[approximate?: "none" | "tanh"], ["approximate"]>(
  "GELU",
  ["approximate"],
  (i, o) => F.gelu(x(i), ...o),
) {}
export class GLU extends functionLayer<[dim?: number], ["dim"]>("GLU", ["dim"], (i, o) =>
  F.glu(x(i), ...o),
) {}
export class Hardtanh extends functionLayer<
  [minVal?: number, maxVal?: number, inplace?: boolean],
  ["minVal", "maxVal", "inplace"]
>("Hardtanh", ["minVal", "maxVal", "inplace"], (i, o) => F.hardtanh(x(i), ...o)) {}
export class Hardshrink extends functionLayer<[lambd?: number], ["lambd"]>("Hardshrink", ["lambd"], (i, o) =>
  F.hardshrink(x(i), ...o),
) {}
export class Softshrink extends functionLayer<[lambd?: number], ["lambd"]>("Softshrink", ["lambd"], (i, o) =>
  F.softshrink(x(i), ...o),
) {}
export class Softplus extends functionLayer<[beta?: number, threshold?: number], ["beta", "threshold"]>(
  "Softplus",
  ["beta", "threshold"],
  (i, o) => F.softplus(x(i), ...o),
) {}
export class Threshold extends functionLayer<
  [threshold: number, value: number, inplace?: boolean],
  ["threshold", "value", "inplace"]
>("Threshold", ["threshold", "value", "inplace"], (i, o) => F.threshold(x(i), ...o)) {}
export class RReLU extends functionLayer<
  [lower?: number, upper?: number, inplace?: boolean],
  ["lower", "upper", "inplace"]
>("RReLU", ["lower", "upper", "inplace"], (i, [lower, upper, inPlace], layer) =>
  F.rrelu(x(i), lower, upper, layer.training, inPlace),
) {}

/** Softmax over `dim`; without one, PyTorch's old rule: dimension 0 for ranks 0, 1 and 3, else 1. */
const implicit = (t: Tensor, dim: number | null | undefined): number =>
  dim ?? (t.ndim === 0 || t.ndim === 1 || t.ndim === 3 ? 0 : 1);
export class Softmax extends functionLayer<[dim?: number | null], ["dim"]>("Softmax", ["dim"], (i, [dim]) =>
  x(i).softmax(implicit(x(i), dim)),
) {}
export class LogSoftmax extends functionLayer<[dim?: number | null], ["dim"]>(
  "LogSoftmax",
  ["dim"],
  (i, [dim]) => x(i).logSoftmax(implicit(x(i), dim)),
) {}
export class Softmin extends functionLayer<[dim?: number | null], ["dim"]>("Softmin", ["dim"], (i, [dim]) =>
  F.softmin(x(i), implicit(x(i), dim)),
) {}
/** Softmax over the channels of [N, C, H, W] or [C, H, W]. */
export class Softmax2d extends functionLayer<[], []>("Softmax2d", [], (i) => x(i).softmax(-3)) {}

const preluNames = ["numParameters", "init", "device", "dtype"] as const;
type PReLUArguments = [numParameters?: number, init?: number, device?: DeviceLike, dtype?: DType];
/** Leaky ReLU with a learned slope, one for all or one per channel (He et al. 2015). */
export class PReLU extends Module {
  weight: Parameter;
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
