/** Parameters of a dispatch as words. */
import type { ParamType } from "@flambeau/codegen";

const two32 = 2 ** 32;
const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** Writes the values in order from word `at` on: one word each, an i64 two, the lower one first. */
export function writeParams(
  words: Uint32Array,
  at: number,
  types: readonly ParamType[],
  values: readonly (number | bigint)[],
): void {
  let word = at;
  for (let i = 0; i < types.length; i++) {
    const value = values[i] as number | bigint;
    const type = types[i];
    if (type === "i64") {
      if (typeof value === "bigint") {
        words[word++] = Number(value & 0xffff_ffffn);
        words[word++] = Number((value >> 32n) & 0xffff_ffffn);
      } else {
        const low = value >>> 0;
        words[word++] = low;
        words[word++] = (value - low) / two32;
      }
    } else if (type === "f32") {
      float[0] = Number(value);
      words[word++] = floatBits[0] as number;
    } else words[word++] = typeof value === "bigint" ? Number(value & 0xffff_ffffn) : value;
  }
}
