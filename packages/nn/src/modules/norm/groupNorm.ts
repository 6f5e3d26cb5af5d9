/** Group normalisation (`torch.nn.GroupNorm`, Wu & He 2018). */
import {
  ArgumentError,
  type Arguments,
  type DeviceLike,
  type DType,
  ones,
  type Tensor,
  zeros,
} from "@flambeau/core";
import { groupNorm } from "../../functional/normalization.js";
import { Module } from "../../module.js";
import { Parameter } from "../../parameter.js";
import { bind } from "../layer.js";

const names = ["numGroups", "numChannels", "eps", "affine", "device", "dtype"] as const;
type GroupArguments = [
  numGroups: number,
  numChannels: number,
  eps?: number,
  affine?: boolean,
  device?: DeviceLike,
  dtype?: DType,
];
/** Normalisation of groups of channels (Wu & He 2018). */
export class GroupNorm extends Module {
  declare readonly numGroups: number;
  declare readonly numChannels: number;
  declare readonly eps: number;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(...args: Arguments<GroupArguments, typeof names>) {
    super();
    const [groups, channels, eps = 1e-5, affine = true, device, dtype] = bind<GroupArguments>(
      "GroupNorm",
      names,
      args as readonly unknown[],
    );
    if (channels % groups !== 0)
      throw new ArgumentError(
        "GroupNorm",
        `expected numChannels ${channels} to divide into ${groups} groups`,
      );
    this.numGroups = groups;
    this.numChannels = channels;
    this.eps = eps;
    this.weight = affine ? new Parameter(ones([channels], { device, dtype })) : null;
    this.bias = affine ? new Parameter(zeros([channels], { device, dtype })) : null;
  }
  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.weight, this.bias, this.eps);
  }
  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}, affine=${this.weight !== null}`;
  }
}
