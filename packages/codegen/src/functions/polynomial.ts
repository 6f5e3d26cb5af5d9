/** Polynomials in Horner's form, lowest coefficient first. */
import { f32, type Value } from "../ir/value.js";

export function polynomial(coefficients: readonly number[], x: Value): Value {
  let sum = f32(coefficients[coefficients.length - 1] as number);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum.mul(x).add(coefficients[i] as number);
  return sum;
}
