/** A tensor taking over the memory of another. */
import type { Tensor } from "./tensor.js";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Makes `target` a handle of `source`'s memory, with its dtype, shape, strides and offset (`Tensor.set_`), so that whoever
 * holds `target`, an optimizer for one, sees the new values. Not recorded for backward.
 */
export function set_(target: Tensor, source: Tensor): Tensor {
  const to = target as Writable<Tensor>;
  const before = target.storage;
  source.storage.retain();
  to.storage = source.storage;
  to.dtype = source.dtype;
  to.shape = source.shape;
  to.strides = source.strides;
  to.offset = source.offset;
  to.numel = source.numel;
  target.forgetLayout();
  before.release();
  return target;
}
