/**
 * Everything a run may count as "not offered" instead of failed, with the reason. This is the only place that says so:
 * rules over recorded cases, and the sentences for names and dtypes the library does not have.
 */
import type { CaseFile, Json, OpCase } from "./format.js";
import { isTensorJson } from "./format.js";

/** A function, method or class the library does not have (yet). */
export const notImplemented = (name: string): string => `not implemented yet: ${name}`;

/** A dtype or kind of value the library does not have. */
export const missingDType = (name: string): string =>
  dtypeReasons[name] ?? `no such dtype or kind of value: ${name}`;

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
];

/** The reason why a case is not offered, or null when it is to be run. */
export function notOffered(at: Site): string | null {
  const dtype = unknownDType(at);
  if (dtype !== null) return missingDType(dtype);
  return rules.find((rule) => rule.applies(at))?.reason ?? null;
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
