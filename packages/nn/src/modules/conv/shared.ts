/** What convolutions and transposed convolutions share: geometry, parameters and their description. */
import {
  ArgumentError,
  type DeviceLike,
  type DType,
  empty,
  formatShape,
  ShapeError,
  type Tensor,
} from "@flambeau/core";
import { Module } from "../../module.js";
import { isUninitialized, Parameter, UninitializedParameter } from "../../parameter.js";
import { checkIntegers, perDimension } from "../checks.js";
import { differing, shown } from "../repr.js";
import { startUniform } from "../start.js";

export type Sizes = number | readonly number[];
export type Dimensions = 1 | 2 | 3;

interface Geometry {
  readonly inChannels: number | null;
  readonly outChannels: number;
  readonly kernelSize: Sizes;
  readonly stride?: Sizes;
  readonly padding?: Sizes | "same" | "valid";
  readonly dilation?: Sizes;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly device?: DeviceLike;
  readonly dtype?: DType;
}

/** What a layer shows of its geometry where it is not this. */
const usual = { padding: 0, outputPadding: 0, dilation: 1, groups: 1, bias: true, paddingMode: "zeros" };

/** Where inChannels is null the first input tells it. */
export abstract class ConvLayer extends Module {
  declare weight: Parameter;
  declare bias: Parameter | null;
  declare readonly outChannels: number;
  declare readonly kernelSize: readonly number[];
  declare readonly stride: readonly number[];
  declare readonly padding: readonly number[] | "same" | "valid";
  declare readonly dilation: readonly number[];
  declare readonly groups: number;

  constructor(
    protected readonly layerName: string,
    protected readonly dimensions: Dimensions,
    geometry: Geometry,
  ) {
    super();
    const { inChannels, outChannels, kernelSize, device, dtype } = geometry;
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = geometry;
    checkIntegers(layerName, { groups, outChannels });
    checkIntegers(layerName, { inChannels: inChannels ?? 0 }, 0);
    if ((inChannels ?? 0) % groups !== 0 || outChannels % groups !== 0)
      throw new ArgumentError(
        layerName,
        `expected channels that divide by groups ${groups}, got ${inChannels ?? 0} in and ${outChannels} out`,
      );
    this.outChannels = outChannels;
    this.kernelSize = this.each("kernelSize", kernelSize);
    this.stride = this.each("stride", stride);
    this.padding = typeof padding === "string" ? padding : this.each("padding", padding, 0);
    this.dilation = this.each("dilation", dilation);
    this.groups = groups;
    this.weight =
      inChannels === null
        ? new UninitializedParameter({ device, dtype })
        : new Parameter(empty(this.weightShape(inChannels), { device, dtype }));
    this.bias = bias ? new Parameter(empty([outChannels], { device, dtype })) : null;
    if (inChannels !== null) this.resetParameters();
  }

  protected abstract weightShape(inChannels: number): number[];
  /** 0 while no input has told it. */
  abstract get inChannels(): number;

  /** An option as a number for each dimension. */
  protected each(what: string, value: Sizes, least?: number): readonly number[] {
    return perDimension(this.layerName, what, value, this.dimensions, least);
  }

  resetParameters(): void {
    startUniform(this.weight, this.bias);
  }

  /** Makes the weight for the channels of the first input, [N, C, …] or [C, …], where it has no shape yet. */
  protected accept(x: Tensor): void {
    if (!isUninitialized(this.weight)) return;
    const rank = this.dimensions + 1;
    if (x.ndim !== rank && x.ndim !== rank + 1)
      throw new ShapeError(
        this.layerName,
        `expected an input of rank ${rank} or ${rank + 1}, got shape ${formatShape(x.shape)}`,
      );
    this.weight.materialize(this.weightShape(x.shape.at(-rank) as number));
    this.resetParameters();
  }

  /** The geometry as PyTorch prints it: what differs from the default. */
  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride } = this;
    const sizes = [inChannels, outChannels, shown("kernelSize", kernelSize), shown("stride", stride)];
    return [...sizes, ...differing({ ...this, bias: this.bias !== null }, usual)].join(", ");
  }
}
