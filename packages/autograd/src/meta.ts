/** Descriptions of tensors that outlive them. */
import { type Device, type DType, Tensor } from "@flambeau/core";
import type { Storage } from "@flambeau/core/internal";

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

/** A tensor on `storage` that lies as described, with no history. */
export const tensorOn = (storage: Storage, { dtype, shape, strides, offset }: TensorMeta): Tensor =>
  new Tensor(storage, dtype, shape, strides, offset);
