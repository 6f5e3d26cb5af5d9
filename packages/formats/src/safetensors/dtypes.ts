/** Flambeau's dtypes and the names safetensors has for them. */
import type { DType } from "@flambeau/core";

interface Spelling {
  readonly name: string;
  /** Place in the order the format's own library writes tensors in: the highest first. */
  readonly rank: number;
}

export const spellings: { readonly [D in DType]: Spelling } = {
  bool: { name: "BOOL", rank: 0 },
  uint8: { name: "U8", rank: 1 },
  int8: { name: "I8", rank: 2 },
  int16: { name: "I16", rank: 3 },
  float16: { name: "F16", rank: 4 },
  bfloat16: { name: "BF16", rank: 5 },
  int32: { name: "I32", rank: 6 },
  float32: { name: "F32", rank: 7 },
  float64: { name: "F64", rank: 8 },
  int64: { name: "I64", rank: 9 },
};

const byName = new Map(Object.entries(spellings).map(([dtype, { name }]) => [name, dtype as DType]));

/** The dtype a safetensors name means, or undefined where Flambeau has none. */
export const dtypeNamed = (name: string): DType | undefined => byName.get(name);

export const spelledDTypes = [...byName.keys()];
