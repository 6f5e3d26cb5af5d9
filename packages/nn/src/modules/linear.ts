/** Linear layers (`torch.nn`). */
import { type Arguments, type DeviceLike, type DType, empty, type Tensor } from "@flambeau/core";
import * as F from "../functional/linear.js";
import { uniform_ } from "../init.js";
import { Module } from "../module.js";
import { isUninitialized, Parameter, UninitializedParameter } from "../parameter.js";
import { checkIntegers } from "./checks.js";
import { bind } from "./layer.js";
import { startUniform } from "./start.js";

/** Passes its input on; takes and ignores any arguments, so that it can stand in for another layer. */
export class Identity extends Module {
  constructor(..._ignored: readonly unknown[]) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return x;
  }
}

export const linearNames = ["inFeatures", "outFeatures", "bias", "device", "dtype"] as const;
export type LinearArguments = [
  inFeatures: number | null,
  outFeatures: number,
  bias?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/**
 * x [..., inFeatures] → x @ weightᵀ + bias [..., outFeatures]. weight [outFeatures, inFeatures] and bias start
 * uniform in ±1/√inFeatures. Where inFeatures is null the first input tells it.
 */
export class Linear extends Module {
  declare weight: Parameter;
  declare bias: Parameter | null;
  declare readonly outFeatures: number;

  constructor(...args: Arguments<LinearArguments, typeof linearNames>) {
    super();
    const [inFeatures, outFeatures, bias = true, device, dtype] = bind<LinearArguments>(
      "Linear",
      linearNames,
      args as readonly unknown[],
    );
    checkIntegers("Linear", { inFeatures: inFeatures ?? 0, outFeatures }, 0);
    this.outFeatures = outFeatures;
    this.weight =
      inFeatures === null
        ? new UninitializedParameter({ device, dtype })
        : new Parameter(empty([outFeatures, inFeatures], { device, dtype }));
    this.bias = bias ? new Parameter(empty([outFeatures], { device, dtype })) : null;
    if (inFeatures !== null) this.resetParameters();
  }

  /** 0 while no input has told it. */
  get inFeatures(): number {
    return this.weight.shape[1] ?? 0;
  }

  resetParameters(): void {
    startUniform(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    if (isUninitialized(this.weight)) {
      this.weight.materialize([this.outFeatures, x.shape.at(-1) ?? 0]);
      this.resetParameters();
    }
    return F.linear(x, this.weight, this.bias);
  }
  override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}

const bilinearNames = ["in1Features", "in2Features", "outFeatures", "bias", "device", "dtype"] as const;
type BilinearArguments = [
  in1Features: number,
  in2Features: number,
  outFeatures: number,
  bias?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];

/**
 * x1 [..., in1], x2 [..., in2] → x1 W x2ᵀ + bias [..., out]. weight [out, in1, in2] and bias start uniform in
 * ±1/√in1.
 */
export class Bilinear extends Module {
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(...args: Arguments<BilinearArguments, typeof bilinearNames>) {
    super();
    const [in1Features, in2Features, outFeatures, bias = true, device, dtype] = bind<BilinearArguments>(
      "Bilinear",
      bilinearNames,
      args as readonly unknown[],
    );
    checkIntegers("Bilinear", { in1Features, in2Features, outFeatures });
    this.weight = new Parameter(empty([outFeatures, in1Features, in2Features], { device, dtype }));
    this.bias = bias ? new Parameter(empty([outFeatures], { device, dtype })) : null;
    this.resetParameters();
  }

  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.weight.shape[1] as number);
    uniform_(this.weight, -bound, bound);
    if (this.bias !== null) uniform_(this.bias, -bound, bound);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.bilinear(x1, x2, this.weight, this.bias);
  }
  override extraRepr(): string {
    const [out, in1, in2] = this.weight.shape;
    return `in1Features=${in1}, in2Features=${in2}, outFeatures=${out}, bias=${this.bias !== null}`;
  }
}
