/** Operators that matter to complex numbers, for real ones. */
import { pointwise } from "../../fused/pointwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import { op } from "../op.js";

const itself = (name: string): ((x: Tensor) => Tensor) => op(name, [], (x: Tensor): Tensor => x);

/** The real part: of real numbers, x itself (`torch.real`). */
export const real = itself("real");
/** The complex conjugate: of real numbers, x itself (`torch.conj`). */
export const conj = itself("conj");
/** As `conj`, carried out at once (`torch.conj_physical`). */
export const conjPhysical = itself("conjPhysical");
/** x with a pending conjugation carried out (`torch.resolve_conj`). */
export const resolveConj = itself("resolveConj");
/** x with a pending negation carried out (`torch.resolve_neg`). */
export const resolveNeg = itself("resolveNeg");

/** The angle in the complex plane: pi for negative numbers, 0 for others, NaN for NaN (`torch.angle`). */
export const angle = pointwise("angle", (given) => {
  const x = given.toFloat();
  return x.isnan().where(x, x.lt(0).where(Math.PI, 0));
});
