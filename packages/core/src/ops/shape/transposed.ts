/** The transposing properties of a tensor: `x.T`, `x.mT`, `x.H`, `x.mH`. */
import { ShapeError } from "../../errors.js";
import { formatShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { adjoint } from "./permute.js";
import { reversed } from "./slicing.js";

/** The properties, as an interface for `Tensor` to take on. */
export interface Transposed {
  /** All dimensions in reverse (`Tensor.T`). */
  readonly T: Tensor;
  /** The last two dimensions exchanged (`Tensor.mT`). */
  readonly mT: Tensor;
  /** The conjugate transpose of a matrix (`Tensor.H`). */
  readonly H: Tensor;
  /** The conjugate transpose of the last two dimensions (`Tensor.mH`). */
  readonly mH: Tensor;
}

const getters: { readonly [K in keyof Transposed]: (x: Tensor) => Tensor } = {
  T: reversed,
  mT: adjoint,
  H: (x) => {
    if (x.shape.length !== 0 && x.shape.length !== 2) {
      throw new ShapeError(
        "H",
        `expected a matrix or a 0-d tensor, got shape ${formatShape(x.shape)}; use mH for batches`,
      );
    }
    return reversed(x);
  },
  mH: adjoint,
};

/** Adds the properties to every tensor. */
export function installTransposed(): void {
  for (const [name, get] of Object.entries(getters)) {
    Object.defineProperty(Tensor.prototype, name, {
      get(this: Tensor) {
        return get(this);
      },
      configurable: true,
    });
  }
}
