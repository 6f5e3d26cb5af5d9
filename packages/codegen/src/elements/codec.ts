/**
 * Elements of each dtype within 32-bit words, laid out as on the host. A row says how wide an element is, what type kernels
 * compute it in, and how bits and values turn into each other.
 */
import type { DType } from "@flambeau/core";
import type { Words } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import { u32, type Value } from "../ir/value.js";
import { bfloat16ToFloat, float16ToFloat, floatToBfloat16, floatToFloat16 } from "./halves.js";

/** dtypes that GPU kernels can take. */
export type GpuDType = Exclude<DType, "float64">;

interface Codec {
  /** Bits of an element; 64 is handled apart. */
  readonly width: 8 | 16 | 32 | 64;
  /** The type kernels compute in. */
  readonly type: Type;
  /** From the element's bits, in the low end of a word, and back; the upper bits of the result must be 0. */
  readonly decode: (bits: Value) => Value;
  readonly encode: (value: Value) => Value;
}

const integer = (width: 8 | 16, signed: boolean): Codec => ({
  width,
  type: "i32",
  decode: (bits) =>
    signed
      ? bits
          .bits("i32")
          .shl(32 - width)
          .shr(32 - width)
      : bits.bits("i32"), // prettier-ignore
  encode: (value) => value.bits("u32").and(2 ** width - 1),
});

export const codecs: { readonly [D in GpuDType]: Codec } = {
  float32: {
    width: 32,
    type: "f32",
    decode: (bits) => bits.bits("f32"),
    encode: (value) => value.bits("u32"),
  },
  float16: {
    width: 16,
    type: "f32",
    decode: float16ToFloat,
    encode: floatToFloat16,
  },
  bfloat16: {
    width: 16,
    type: "f32",
    decode: bfloat16ToFloat,
    encode: floatToBfloat16,
  },
  int64: { width: 64, type: "i64", decode: (bits) => bits.to("i64"), encode: (value) => value.low() },
  int32: { width: 32, type: "i32", decode: (bits) => bits.bits("i32"), encode: (value) => value.bits("u32") },
  int16: integer(16, true),
  int8: integer(8, true),
  uint8: integer(8, false),
  bool: {
    width: 8,
    type: "bool",
    decode: (bits) => bits.ne(0),
    encode: (value) => value.select(u32(1), u32(0)),
  },
};

export const codecOf = (dtype: DType): Codec => codecs[dtype as GpuDType];

/** Elements in a word; 1 also for 64-bit ones. */
export const perWord = (dtype: DType): number => Math.max(1, 32 / codecOf(dtype).width);

/** Element number `index` of a buffer. */
export function loadElement(words: Words, dtype: DType, index: Value): Value {
  const { width, decode } = codecOf(dtype);
  if (width === 64) return words.load(index.mul(2)).join(words.load(index.mul(2).add(1)));
  if (width === 32) return decode(words.load(index));
  const [word, shift] = place(width, index);
  return decode(
    words
      .load(word)
      .shr(shift)
      .and(2 ** width - 1),
  );
}

/**
 * Overwrites element number `index`. Elements narrower than a word need a buffer for atomics: their neighbours
 * in the word may be written at the same time.
 */
export function storeElement(words: Words, dtype: DType, index: Value, value: Value): void {
  const { width, encode } = codecOf(dtype);
  if (width === 64) {
    // Named first: the value may be read from the very words that are about to change.
    const whole = words.named(value);
    words.store(index.mul(2), whole.low());
    words.store(index.mul(2).add(1), whole.high());
  } else if (width === 32) words.store(index, encode(value));
  else {
    const [word, shift] = place(width, index);
    words.atomic("and", word, [
      u32(2 ** width - 1)
        .shl(shift)
        .not(),
    ]);
    words.atomic("or", word, [encode(value).shl(shift)]);
  }
}

/** The word an element lies in, and by how many bits it is shifted there. */
export function place(width: 8 | 16 | 32, index: Value): readonly [Value, Value] {
  if (width === 32) return [index, u32(0)];
  const [log, mask] = width === 8 ? [2, 3] : [1, 1];
  return [index.shr(log), index.and(mask).mul(width).to("u32")];
}
