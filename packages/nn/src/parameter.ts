/** Parameters: tensors that a module learns. */
import { ArgumentError, type CreationOptions, empty, Tensor } from "@flambeau/core";
import "@flambeau/autograd";

/**
 * A tensor that counts as a parameter of the module it is assigned to (`torch.nn.Parameter`). It shares the
 * memory of `data` and requires grad unless told otherwise.
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, requiresGrad = true) {
    if (!(data instanceof Tensor))
      throw new ArgumentError("Parameter", `expected a tensor, got ${data === null ? "null" : typeof data}`);
    super(data.storage, data.dtype, data.shape, data.strides, data.offset);
    if (requiresGrad) this.requiresGrad_(true);
  }
}

/**
 * A parameter of a lazy layer before its first input tells the shape (`torch.nn.UninitializedParameter`): it
 * holds no elements. Once materialised it is an ordinary parameter, the same object, so that an optimizer may
 * be given it early.
 */
export class UninitializedParameter extends Parameter {
  constructor(options: CreationOptions = {}) {
    super(empty([0], options));
  }
  /** Becomes a parameter of this shape with undefined content. */
  materialize(shape: readonly number[]): void {
    takeShape(this, shape, Parameter.prototype);
  }
}

/** A buffer of a lazy layer before its first input tells the shape (`torch.nn.UninitializedBuffer`). */
export class UninitializedBuffer extends Tensor {
  constructor(options: CreationOptions = {}) {
    const none = empty([0], options);
    super(none.storage, none.dtype, none.shape, none.strides, none.offset);
  }
  /** Becomes a tensor of this shape with undefined content. */
  materialize(shape: readonly number[]): void {
    takeShape(this, shape, Tensor.prototype);
  }
}

function takeShape(x: Tensor, shape: readonly number[], prototype: object): void {
  x.set_(empty(shape, { dtype: x.dtype, device: x.device }));
  Object.setPrototypeOf(x, prototype);
}

/** Whether a lazy layer's parameter or buffer has no shape yet. */
export const isUninitialized = (x: unknown): x is UninitializedParameter | UninitializedBuffer =>
  x instanceof UninitializedParameter || x instanceof UninitializedBuffer;
