/** Writing a tensor in place: checks, the write itself, and the history that autograd must carry over. */
import { ShapeError } from "../errors.js";
import { checkCast } from "../fused/dtypes.js";
import { copyInto } from "../primitives/copy.js";
import { isUnobserved } from "../primitives/dispatch.js";
import { set_ } from "./replace.js";
import { broadcastShapes, formatShape, sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** How autograd takes part in in-place writes that it must record. */
export interface InplaceObserver {
  /**
   * Asked before a recorded write; throws where it is not allowed (a leaf that requires grad). What the tape saved of
   * `target` to compute `value` can still be copied here.
   */
  beforeWrite(op: string, target: Tensor, value: Tensor): void;
  /** Told after the write: from now on `target` is `value` broadcast and converted to it. */
  afterWrite(op: string, target: Tensor, value: Tensor): void;
}

let observer: InplaceObserver | null = null;

/** Installs autograd's side of in-place writes. */
export function setInplaceObserver(next: InplaceObserver): void {
  observer = next;
}

/** Throws ShapeError unless `value` broadcasts to `target` and each element of `target` has memory of its own. */
function checkFits(op: string, target: Tensor, value: Tensor): void {
  const { shape, strides } = target;
  if (!sameShape(shape, value.shape) && !sameShape(broadcastShapes(op, shape, value.shape), shape)) {
    throw new ShapeError(
      op,
      `a value of shape ${formatShape(value.shape)} does not fit the tensor of shape ${formatShape(shape)} it is written to`,
    );
  }
  if (strides.some((stride, d) => stride === 0 && (shape[d] as number) > 1)) {
    throw new ShapeError(
      op,
      `expected elements with memory of their own to write to, got an expanded tensor of shape ${formatShape(shape)} and strides ${formatShape(strides)}; clone it first`,
    );
  }
}

/** Writes `value`, broadcast and converted, into `target` and returns `target`; recorded for backward if either takes part. */
export function assign(op: string, target: Tensor, value: Tensor): Tensor {
  checkCast(op, value.dtype, target.dtype);
  return write(op, target, value);
}

/** As `assign`, but converts to the target's dtype whatever it is (`copy_`). */
export function write(op: string, target: Tensor, value: Tensor): Tensor {
  checkFits(op, target, value);
  const recorded = observer !== null && !isUnobserved([target, value]);
  if (recorded) observer?.beforeWrite(op, target, value);
  copyInto(target, value);
  target.storage.version++;
  if (recorded) observer?.afterWrite(op, target, value);
  return target;
}

/**
 * Lets `target` lie on its memory as `view`, a view of it, does, with the history of that view. Throws where autograd does not
 * allow a change in place.
 */
export function become(op: string, target: Tensor, view: Tensor): Tensor {
  if (observer !== null && !isUnobserved([target])) observer.beforeWrite(op, target, view);
  const history = view.autograd;
  set_(target, view);
  target.autograd = history;
  return target;
}
