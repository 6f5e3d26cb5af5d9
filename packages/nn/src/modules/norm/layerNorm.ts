/** Layer normalisation (`torch.nn.LayerNorm`, Ba et al. 2016). */
import {
  type Arguments,
  type DeviceLike,
  type DType,
  formatShape,
  ones,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { layerNorm } from "../../functional/normalization.js";
import { Module } from "../../module.js";
import { Parameter } from "../../parameter.js";
import { bind } from "../layer.js";

const names = ["normalizedShape", "eps", "elementwiseAffine", "bias", "device", "dtype"] as const;
type LayerNormArguments = [
  normalizedShape: number | readonly number[],
  eps?: number,
  elementwiseAffine?: boolean,
  bias?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];
/** Normalisation over the last dimensions, times a weight and plus a bias that are learned, where they are wanted. */
export class LayerNorm extends Module {
  declare readonly normalizedShape: readonly number[];
  declare readonly eps: number;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(...args: Arguments<LayerNormArguments, typeof names>) {
    super();
    const [shape, eps = 1e-5, affine = true, bias = true, device, dtype] = bind<LayerNormArguments>(
      "LayerNorm",
      names,
      args as readonly unknown[],
    );
    this.normalizedShape = typeof shape === "number" ? [shape] : [...shape];
    this.eps = eps;
    this.weight = affine ? new Parameter(ones(this.normalizedShape, { device, dtype })) : null;
    this.bias = affine && bias ? new Parameter(zeros(this.normalizedShape, { device, dtype })) : null;
  }
  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, this.eps);
  }
  override extraRepr(): string {
    return `${formatShape(this.normalizedShape)}, eps=${this.eps}, elementwiseAffine=${this.weight !== null}`;
  }
}
