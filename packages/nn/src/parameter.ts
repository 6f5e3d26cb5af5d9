/** Parameters: tensors that a module learns. */
import { Tensor } from "@flambeau/core";
import "@flambeau/autograd";

/**
 * A tensor that counts as a parameter of the module it is assigned to (`torch.nn.Parameter`). It shares the memory of
 * `data` and requires grad unless told otherwise.
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, requiresGrad = true) {
    super(data.storage, data.dtype, data.shape, data.strides, data.offset);
    if (requiresGrad) this.requiresGrad_(true);
  }
}
