/** Element types. One row each: width, category and the JavaScript array that holds host copies. */
import { DTypeError } from "./errors.js";

export type FloatDType = "float16" | "bfloat16" | "float32" | "float64";
export type IntDType = "uint8" | "int8" | "int16" | "int32" | "int64";
export type DType = FloatDType | IntDType | "bool";

/** The three kinds of value a fused program computes with: float, integer, boolean. */
export type Kind = "f" | "i" | "b";

interface DTypeInfo {
  readonly bytes: number;
  readonly kind: Kind;
  /** Place in PyTorch's promotion order within its kind; the two 16-bit floats are handled apart. */
  readonly rank: number;
}

export const dtypes: { readonly [D in DType]: DTypeInfo } = {
  bool: { bytes: 1, kind: "b", rank: 0 },
  uint8: { bytes: 1, kind: "i", rank: 1 },
  int8: { bytes: 1, kind: "i", rank: 2 },
  int16: { bytes: 2, kind: "i", rank: 3 },
  int32: { bytes: 4, kind: "i", rank: 4 },
  int64: { bytes: 8, kind: "i", rank: 5 },
  float16: { bytes: 2, kind: "f", rank: 6 },
  bfloat16: { bytes: 2, kind: "f", rank: 6 },
  float32: { bytes: 4, kind: "f", rank: 7 },
  float64: { bytes: 8, kind: "f", rank: 8 },
};

export const dtypeNames = Object.keys(dtypes) as DType[];

export const isFloat = (dtype: DType): dtype is FloatDType => dtypes[dtype].kind === "f";
export const isInt = (dtype: DType): dtype is IntDType => dtypes[dtype].kind === "i";
export const kindOf = (dtype: DType): Kind => dtypes[dtype].kind;
export const bytesOf = (dtype: DType): number => dtypes[dtype].bytes;

/** Throws unless `value` names a dtype. */
export function checkDType(op: string, value: unknown): DType {
  if (typeof value === "string" && Object.hasOwn(dtypes, value)) return value as DType;
  throw new DTypeError(op, `expected a dtype (one of ${dtypeNames.join(", ")}), got ${String(value)}`);
}

/** The dtype two tensors of equal standing meet in: `torch.promote_types`. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const x = dtypes[a];
  const y = dtypes[b];
  if (x.rank === y.rank) return "float32"; // float16 with bfloat16
  if ((a === "uint8" && b === "int8") || (a === "int8" && b === "uint8")) return "int16";
  return x.rank > y.rank ? a : b;
}
