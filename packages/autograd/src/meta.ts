/** Descriptions of tensors that outlive them. */
import type { Device, DType, Tensor } from "@flambeau/core";

export interface Geometry {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

export interface TensorMeta extends Geometry {
  readonly dtype: DType;
  readonly device: Device;
}

export const metaOf = ({ shape, strides, offset, dtype, device }: Tensor): TensorMeta => ({
  shape,
  strides,
  offset,
  dtype,
  device,
});
