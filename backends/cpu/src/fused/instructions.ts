/** Instructions of the native tile interpreter. Orders mirror native/fused/instructions.def and kernel.h. */
import type { BinaryOp, DType, Kind, Monoid, UnaryOp, Widths } from "@flambeau/core";

// biome-ignore format: one group per line
export const instructionNames = [
  "neg", "abs", "sign", "floor", "ceil", "round", "trunc", "sqrt", "rsqrt", "reciprocal",
  "exp", "exp2", "expm1", "log", "log2", "log10", "log1p",
  "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
  "erf", "erfc", "erfinv", "lgamma", "digamma", "sigmoid", "relu", "softplus", "gelu", "bitnot",
  "isnan", "isinf", "signbit", "isZero", "isNonzero",
  "add", "sub", "mul", "div", "floorDiv", "truncDiv", "fmod", "remainder", "pow", "max", "min",
  "atan2", "copysign", "nextafter", "hypot", "logaddexp", "expSub", "gcd", "bitAnd", "bitOr", "bitXor", "shl", "shr",
  "eq", "ne", "lt", "le", "gt", "ge",
  "mulAdd", "mulSub", "subMul", "shiftScale", "normalize", "select", "toF32", "toF64", "toI32", "toI64",
  "constant", "load", "bind", "store", "expand", "position", "rand", "fold", "finish",
] as const;
export type InstructionName = (typeof instructionNames)[number];

export const opcodeOf = Object.fromEntries(instructionNames.map((name, code) => [name, code])) as Record<
  InstructionName,
  number
>;
/** Instructions from here on are not plain functions of their arguments. */
export const firstStructural = opcodeOf.constant;

/** What values compute in: `Type` in kernel.h. */
export const valueTypes = ["f32", "f64", "i32", "i64", "bool"] as const;
export type ValueType = (typeof valueTypes)[number];
export const typeCodes = Object.fromEntries(valueTypes.map((name, code) => [name, code])) as Record<
  ValueType,
  number
>;
export const typeBytes: Record<ValueType, number> = { f32: 4, f64: 8, i32: 4, i64: 8, bool: 1 };
export const storageOf: Record<ValueType, DType> = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  i64: "int64",
  bool: "bool",
};

export function typeOf(kind: Kind, widths: Widths): ValueType {
  if (kind === "b") return "bool";
  if (kind === "f") return widths.f === "float64" ? "f64" : "f32";
  return widths.i === "int64" ? "i64" : "i32";
}

const monoidNames: readonly Monoid[] = [
  "sum",
  "prod",
  "max",
  "min",
  "any",
  "all",
  "argmax",
  "argmin",
  "welford",
  "online",
];
export const monoidCodes = Object.fromEntries(monoidNames.map((name, code) => [name, code])) as Record<
  Monoid,
  number
>;

/** For each kind an operation computes in: its instruction; `same`, the value itself; or `never`, always false. */
type Meaning = InstructionName | "same" | "never";
type Meanings = Readonly<Partial<Record<Kind, Meaning>>>;

const float = (name: InstructionName): Meanings => ({ f: name });
const number = (name: InstructionName): Meanings => ({ f: name, i: name });
const rounding = (name: InstructionName): Meanings => ({ f: name, i: "same" });
const every = (name: InstructionName): Meanings => ({ f: name, i: name, b: name });

export const unaryInstructions: { readonly [O in UnaryOp]: Meanings } = {
  neg: number("neg"),
  abs: number("abs"),
  sign: number("sign"),
  floor: rounding("floor"),
  ceil: rounding("ceil"),
  round: rounding("round"),
  trunc: rounding("trunc"),
  sqrt: float("sqrt"),
  rsqrt: float("rsqrt"),
  reciprocal: float("reciprocal"),
  exp: float("exp"),
  exp2: float("exp2"),
  expm1: float("expm1"),
  log: float("log"),
  log2: float("log2"),
  log10: float("log10"),
  log1p: float("log1p"),
  sin: float("sin"),
  cos: float("cos"),
  tan: float("tan"),
  asin: float("asin"),
  acos: float("acos"),
  atan: float("atan"),
  sinh: float("sinh"),
  cosh: float("cosh"),
  tanh: float("tanh"),
  asinh: float("asinh"),
  acosh: float("acosh"),
  atanh: float("atanh"),
  erf: float("erf"),
  erfc: float("erfc"),
  erfinv: float("erfinv"),
  lgamma: float("lgamma"),
  digamma: float("digamma"),
  sigmoid: float("sigmoid"),
  relu: number("relu"),
  softplus: float("softplus"),
  isnan: { f: "isnan", i: "never" },
  isinf: { f: "isinf", i: "never" },
  signbit: number("signbit"),
  not: { b: "isZero" },
  bitnot: { i: "bitnot" },
};

export const binaryInstructions: { readonly [O in BinaryOp]: Meanings } = {
  add: number("add"),
  sub: number("sub"),
  mul: number("mul"),
  div: float("div"),
  floorDiv: number("floorDiv"),
  truncDiv: number("truncDiv"),
  fmod: number("fmod"),
  remainder: number("remainder"),
  pow: number("pow"),
  max: every("max"),
  min: every("min"),
  atan2: float("atan2"),
  copysign: float("copysign"),
  nextafter: float("nextafter"),
  hypot: float("hypot"),
  logaddexp: float("logaddexp"),
  gcd: { i: "gcd" },
  eq: every("eq"),
  ne: every("ne"),
  lt: every("lt"),
  le: every("le"),
  gt: every("gt"),
  ge: every("ge"),
  and: { i: "bitAnd", b: "bitAnd" },
  or: { i: "bitOr", b: "bitOr" },
  xor: { i: "bitXor", b: "bitXor" },
  shl: { i: "shl" },
  shr: { i: "shr" },
};

// biome-ignore format: several to a line
const costly: Partial<Record<InstructionName, number>> = {
  sqrt: 0.2, rsqrt: 0.25, div: 0.15, reciprocal: 0.15, exp: 0.25, exp2: 0.25, expm1: 0.3, log: 0.3, log1p: 0.5, log2: 0.6, log10: 0.6,
  sin: 0.6, cos: 0.6, tan: 0.8, tanh: 0.4, sigmoid: 0.35, softplus: 0.5, erf: 0.3, gelu: 0.35, expSub: 0.25, pow: 1.5, rand: 1,
  floorDiv: 5, truncDiv: 2, fmod: 5, remainder: 5, erfinv: 60, lgamma: 30, digamma: 20, gcd: 30, nextafter: 3,
};

/** Rough nanoseconds per element, for deciding how many threads a launch is worth. */
export function costOf(name: InstructionName, type: ValueType): number {
  const cost = costly[name];
  if (cost === undefined) return 0.06;
  return type === "f64" ? cost * 8 : cost;
}
