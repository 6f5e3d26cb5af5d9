/**
 * Everything a run may count as "not offered" instead of failed, with the reason. This is the only place that says so:
 * rules over recorded cases, and the sentences for names and dtypes the library does not have.
 */
import { DTypeError } from "@flambeau/core";
import type { CaseFile, Json, OpCase } from "./format.js";
import { isTensorJson } from "./format.js";
import { wanted } from "./values.js";

/** A function, method or class the library does not have (yet). */
export const notImplemented = (name: string): string => `not implemented yet: ${name}`;

/** A dtype or kind of value the library does not have. */
export const missingDType = (name: string): string =>
  dtypeReasons[name] ?? `no such dtype or kind of value: ${name}`;

/** The reason in the typed error by which a device refuses a dtype it does not have, or null for any other error. */
export function deviceLacks(error: unknown): string | null {
  const refused =
    error instanceof DTypeError ? /device (\w+)\S* does not offer (\w+)/.exec(error.message) : null;
  return refused === null ? null : `the device ${refused[1]} has no ${refused[2]}`;
}

/** An error of Python's about the type of an argument that the library does not raise. */
export const typedReason = (type: string): string =>
  `Python's ${type} about the type of an argument: TypeScript's types say so, or the API takes it on purpose`;

const dtypeReasons: { readonly [name: string]: string } = {
  complex64: "not implemented yet: complex64 tensors",
  complex32: "complex numbers of half precision are not part of the library",
  complex128: "complex128 is left out: devices other than the CPU have no use for it",
  complex: "not implemented yet: complex64 scalars",
  memory_format: "memory formats are not part of the API: strides say how a tensor lies in memory",
  layout: "layouts other than strided are not part of the API",
};

interface Rule {
  readonly reason: string;
  applies(at: Site): boolean;
}

interface Site {
  readonly file: string;
  readonly content: CaseFile;
  readonly case: OpCase;
  readonly via: string;
}

/** To where, from 5, PyTorch's answer is not within a float64's tolerance. */
const inexactBessel: { readonly [name: string]: number } = {
  "special.bessel_j0": 5.72,
  "special.bessel_j1": 5.27,
  "special.bessel_y0": 5.11,
  "special.bessel_y1": 6.04,
};

const rules: readonly Rule[] = [
  {
    reason: "PyTorch's own mt19937 stream: random numbers here are counter-based (Philox)",
    applies: ({ content }) => content.kind === "rng",
  },
  {
    reason: "a Python operator such as __radd__: TypeScript has no operator overloading",
    applies: ({ via, content }) =>
      via === "method" && content.kind === "op" && /^__(?!getitem)/.test(content.method ?? content.call.path),
  },
  {
    reason: "__bool__ and __len__ are Python's protocols: item() and shape say the same",
    applies: (at) => /^__(bool|len)__$/.test(at.case.call?.path ?? ""),
  },
  {
    reason: "out= is not part of the API: results are new tensors, in-place forms end in an underscore",
    applies: (at) => hasOption(at, "out"),
  },
  {
    reason: missingDType("memory_format"),
    applies: (at) =>
      hasOption(at, "memory_format") || mentions(at, (json) => isSpecial(json, "memory_format")),
  },
  {
    reason:
      "numbers and nested arrays become float32 unless a dtype is given: JavaScript's numbers are no integers",
    applies: (at) =>
      /^torch\.(as_)?tensor$/.test(at.case.call?.path ?? "") &&
      !hasOption(at, "dtype") &&
      resultDType(at) === "int64",
  },
  {
    reason: "JavaScript has no 2.0 apart from 2: an integer tensor met a float of integral value",
    applies: (at) =>
      mentions(at, isIntegralFloat) && !mentions(at, isFloatTensor) && mentions(at, isIntegerTensor),
  },
  {
    reason: "int32 is a fine dtype for an index here: PyTorch refuses all but int64 in gather and scatter",
    applies: ({ file, case: test }) =>
      /\b(gather|scatter(_add|_reduce)?)\.json$/.test(file) &&
      test.error?.message?.includes("Expected dtype int64 for index") === true,
  },
  {
    reason:
      "PyTorch 1.13's recorded gradient is wrong: every element that as_strided_scatter overwrites must get 0",
    applies: ({ file, case: test }) => file === "ops/as_strided_scatter.json" && test.grad != null,
  },
  {
    reason:
      "PyTorch 1.13's recorded gradient is wrong: masked_select's backward takes a column-major mask for row-major",
    applies: ({ file, case: test }) =>
      file === "ops/masked_select.json" &&
      test.grad != null &&
      (test.args ?? []).some((a) => a !== null && isTensorJson(a) && a.stride !== undefined),
  },
  {
    reason: "an in-place operation never changes the number of elements here: PyTorch 1.13's addbmm_ resizes",
    applies: ({ file, via, case: { args, out } }) =>
      file === "ops/addbmm.json" && via === "inplace" && `${shapeOf(args?.[0])}` !== `${shapeOf(out)}`,
  },
  {
    reason: notImplemented("matrix norms of singular values (nuclear, 2 and -2)"),
    applies: ({ content, case: { args = [], kwargs = {}, error } }) => {
      if (error !== undefined || content.kind !== "op" || !/norm$/.test(content.call.path)) return false;
      const ord = numberOf(args[1] ?? kwargs.ord ?? kwargs.p ?? null);
      if (ord === "nuc") return true;
      const dim = args[2] ?? kwargs.dim ?? null;
      const dims = dim === null ? shapeOf(args[0])?.length : (listOf(dim)?.length ?? 1);
      return /linalg\.(matrix_)?norm$/.test(content.call.path) && Math.abs(Number(ord)) === 2 && dims !== 1;
    },
  },
  {
    reason: notImplemented("linalg.matrixPower of negative exponents, which needs linalg.inv"),
    applies: ({ file, case: { args = [] } }) => /matrix_power\.json$/.test(file) && Number(args[1]) < 0,
  },
  {
    reason:
      "PyTorch 1.13 leaves shifts by less than 0 or by all the bits to the processor; here, as in PyTorch 2, all bits leave",
    applies: ({ file, case: { args = [] } }) =>
      /bitwise_(left|right)_shift\.json$/.test(file) && hasElement(args[1], (by) => by < 0 || by >= 64),
  },
  {
    reason:
      "without sorting PyTorch gives distinct values in the order of its hash table; here they are sorted",
    applies: ({ file, case: { kwargs = {}, out = null } }) =>
      file === "ops/unique.json" && kwargs.sorted === false && !isAscending((listOf(out) ?? [out])[0]),
  },
  {
    reason: "trigamma is infinite at 0, -1, -2, …: PyTorch's answer there is a rounding error's reciprocal",
    applies: ({ file, case: { args = [] } }) =>
      /polygamma/.test(file) &&
      args[0] === 1 &&
      hasElement(args[1], (x) => x < 0 && Number.isInteger(Number(x))),
  },
  {
    reason: "PyTorch's Bessel functions are off by up to 9e-7 just above 5 in float64",
    applies: ({ content, case: { args = [] } }) => {
      const end = content.kind === "op" ? inexactBessel[content.name] : undefined;
      const x = args[0] ?? null;
      return (
        end !== undefined &&
        isFloat64(x) &&
        hasElement(x, (v) => Math.abs(Number(v)) > 5 && Math.abs(Number(v)) < end)
      );
    },
  },
];

/** The reason why a case is not offered, or null when it is to be run. */
export function notOffered(at: Site): string | null {
  const dtype = unknownDType(at);
  if (dtype !== null) return missingDType(dtype);
  return rules.find((rule) => rule.applies(at))?.reason ?? null;
}

const shapeOf = (json: Json | undefined): readonly number[] | null =>
  json !== undefined && json !== null && isTensorJson(json) ? json.shape : null;

/** A list or tuple of Python's. */
function listOf(json: Json): readonly Json[] | null {
  if (Array.isArray(json)) return json as readonly Json[];
  return isSpecial(json, "tuple") ? (json.v as readonly Json[]) : null;
}

const numberOf = (json: Json): Json => (isSpecial(json, "float") ? Number(json.v) : json);

/** Whether an argument is a tensor with an element that satisfies `test`. */
const hasElement = (json: Json | undefined, test: (value: number | bigint) => boolean): boolean =>
  json !== undefined && json !== null && isTensorJson(json) && [...wanted(json).values].some(test);

function isAscending(json: Json | undefined): boolean {
  if (json === undefined || json === null || !isTensorJson(json)) return true;
  const values = [...wanted(json).values];
  return values.every((x, i) => i === 0 || (values[i - 1] as typeof x) < x);
}

function resultDType({ case: { out } }: Site): string | null {
  return out !== undefined && out !== null && isTensorJson(out) ? out.dtype : null;
}

const hasOption = ({ case: test }: Site, name: string): boolean =>
  test.kwargs !== undefined && Object.hasOwn(test.kwargs, name);

/** Whether any value among the arguments satisfies `test`. */
function mentions({ case: { args, kwargs } }: Site, test: (json: Json) => boolean): boolean {
  return some(args ?? [], test) || some(kwargs ?? {}, test);
}

function some(json: Json, test: (json: Json) => boolean): boolean {
  if (test(json)) return true;
  if (json === null || typeof json !== "object" || isTensorJson(json)) return false;
  return Object.values(json).some((item: Json) => some(item, test));
}

const isSpecial = (json: Json, kind: string): json is { readonly [key: string]: Json } =>
  typeof json === "object" && json !== null && "$" in json && json.$ === kind;

const isIntegralFloat = (json: Json): boolean => isSpecial(json, "float") && Number.isInteger(Number(json.v));

const isFloatTensor = (json: Json): boolean =>
  json !== null && isTensorJson(json) && /float/.test(json.dtype);

const isFloat64 = (json: Json): boolean => json !== null && isTensorJson(json) && json.dtype === "float64";

const isIntegerTensor = (json: Json): boolean =>
  json !== null && isTensorJson(json) && /int|bool/.test(json.dtype);

/** A dtype among arguments and results that the library does not have. */
function unknownDType(at: Site): string | null {
  let found: string | null = null;
  const look = (json: Json): boolean => {
    const name =
      json !== null && isTensorJson(json) ? json.dtype : isSpecial(json, "dtype") ? String(json.v) : null;
    if (name !== null && Object.hasOwn(dtypeReasons, name)) found ??= name;
    if (isSpecial(json, "complex")) found ??= "complex";
    return found !== null;
  };
  some((at.case as { readonly out?: Json }).out ?? null, look);
  mentions(at, look);
  return found;
}
