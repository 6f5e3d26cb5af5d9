/** Parameters of a dispatch as a runtime hands them over: words in order, one each, an i64 two, the lower one first. */
import { type ParamType, paramWords, type Shader } from "./ir/types.js";

const two32 = 2 ** 32;
const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The word where parameter `at` begins. */
export const wordsBefore = ({ params }: Shader, at: number): number =>
  params.slice(0, at).reduce((sum, { type }) => sum + paramWords(type), 0);

/** Bytes of the block of parameters, which dialects see as vectors of four words. */
export const paramBytes = (shader: Shader): number =>
  Math.max(1, Math.ceil(wordsBefore(shader, shader.params.length) / 4)) * 16;

/** Writes the values from word `at` on. */
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
