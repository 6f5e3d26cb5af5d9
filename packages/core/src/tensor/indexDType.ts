/** The dtype of positions and counts that operators return. */
import type { Tensor } from "./tensor.js";

/**
 * int32, which indexes faster and takes half the room; beside int64 values int64, as a program that works in int64
 * expects to combine the two.
 */
export const indexDType = (...values: readonly unknown[]): "int32" | "int64" =>
  values.some((x) => x !== null && typeof x === "object" && (x as Tensor).dtype === "int64")
    ? "int64"
    : "int32";
