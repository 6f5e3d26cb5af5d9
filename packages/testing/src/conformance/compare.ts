/** Compares what the library gave with what PyTorch gave. A message is returned for the first difference, else null. */
import type { Subject, TensorLike } from "./api.js";
import { isTensor } from "./api.js";
import type { Json, TensorJson, Tolerance, TolJson } from "./format.js";
import { isTensorJson } from "./format.js";
import { camel } from "./names.js";
import { toleranceFor } from "./tolerance.js";
import type { Host, Values } from "./values.js";
import { read, wanted } from "./values.js";

export interface Rules {
  readonly what: "out" | "grad" | "after";
  readonly tol: TolJson | undefined;
  /** Whether an int64 result must be int64: some input was, or the call asked for it. */
  readonly wide: boolean;
  /** Only dtype and shape count. */
  readonly meta?: boolean;
  /** Paths of outputs that are not compared here beyond their shape: they are free, or are indices that may tie. */
  readonly free?: ReadonlySet<string>;
}

/** An output tensor with its path ("" for the only one, "0", "1.0", …) and what was expected of it. */
export interface OutputTensor {
  readonly path: string;
  readonly got: TensorLike;
  readonly want: TensorJson;
}

/** Walks expected and actual outputs together; collects the tensors in reading order. */
export function pair(
  subject: Subject,
  got: unknown,
  want: Json,
  path: string,
  tensors: OutputTensor[],
): string | null {
  const where = path === "" ? "out" : `out ${path}`;
  if (want === null)
    return got === null || got === undefined ? null : `${where}: expected null, got ${show(got)}`;
  if (typeof want === "object" && !Array.isArray(want) && isTensorJson(want)) {
    if (!isTensor(subject.api, got)) return `${where}: expected a tensor, got ${show(got)}`;
    tensors.push({ path, got, want });
    return null;
  }
  const list = listOf(want);
  if (list) return pairList(subject, got, list, path, where, tensors);
  return scalarDifference(got, want, where);
}

function listOf(want: Json): { readonly items: readonly Json[]; readonly fields: readonly string[] } | null {
  if (Array.isArray(want)) return { items: want as readonly Json[], fields: [] };
  if (typeof want !== "object" || want === null) return null;
  const { $, v, fields } = want as { readonly [key: string]: Json };
  return $ === "tuple" ? { items: v as readonly Json[], fields: (fields ?? []) as readonly string[] } : null;
}

function pairList(
  subject: Subject,
  got: unknown,
  list: { readonly items: readonly Json[]; readonly fields: readonly string[] },
  path: string,
  where: string,
  tensors: OutputTensor[],
): string | null {
  const items = itemsOf(got, list.fields);
  if (items === null) return `${where}: expected ${list.items.length} values, got ${show(got)}`;
  if (items.length !== list.items.length)
    return `${where}: expected ${list.items.length} values, got ${items.length}`;
  for (let i = 0; i < items.length; i++) {
    const difference = pair(
      subject,
      items[i],
      list.items[i]!,
      path === "" ? `${i}` : `${path}.${i}`,
      tensors,
    );
    if (difference) return difference;
  }
  return null;
}

/** Several outputs come as an array, as an object with PyTorch's member names, or as any iterable. */
function itemsOf(got: unknown, fields: readonly string[]): readonly unknown[] | null {
  if (Array.isArray(got)) return got as readonly unknown[];
  if (typeof got !== "object" || got === null) return null;
  const named = fields.map(camel);
  if (named.length > 0 && named.every((name) => name in got))
    return named.map((name) => (got as Record<string, unknown>)[name]);
  return Symbol.iterator in got ? [...(got as Iterable<unknown>)] : null;
}

function scalarDifference(got: unknown, want: Json, where: string): string | null {
  const value = typeof want === "object" && want !== null ? (want as { readonly v: Json }).v : want;
  const number =
    typeof want === "number" || (typeof want === "object" && (want as { readonly $: Json }).$ === "float");
  if (!number) return Object.is(got, value) ? null : `${where}: expected ${String(value)}, got ${show(got)}`;
  const expected =
    value === "nan" ? NaN : value === "inf" ? Infinity : value === "-inf" ? -Infinity : Number(value);
  if (typeof got !== "number" && typeof got !== "bigint")
    return `${where}: expected ${expected}, got ${show(got)}`;
  return near(Number(got), expected, [1e-7, 1e-12]) ? null : `${where}: expected ${expected}, got ${got}`;
}

export async function tensorDifference(
  got: TensorLike,
  json: TensorJson,
  where: string,
  rules: Rules,
): Promise<string | null> {
  return hostDifference(await read(got), json, where, rules);
}

export function hostDifference(got: Host, json: TensorJson, where: string, rules: Rules): string | null {
  if (`${got.shape}` !== `${json.shape}`)
    return `${where}: expected shape [${json.shape.join(", ")}], got [${got.shape.join(", ")}]`;
  if (!sameDType(got.dtype, json.dtype, rules.wide))
    return `${where}: expected dtype ${json.dtype}, got ${got.dtype}`;
  if (rules.meta) return null;
  return valueDifference(
    got.values,
    wanted(json).values,
    where,
    toleranceFor(rules.what, json.dtype, rules.tol),
  );
}

/** PyTorch's int64 answers to inputs that were not int64 are int32 here. */
const sameDType = (got: string, want: string, wide: boolean): boolean =>
  got === want || (want === "int64" && got === "int32" && !wide);

/** Whether `|got - want| <= atol + rtol * |want|`; NaN equals NaN, infinities only themselves. */
export function near(got: number, want: number, [rtol, atol]: Tolerance): boolean {
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return true;
  return Number.isFinite(want) && Math.abs(got - want) <= atol + rtol * Math.abs(want);
}

export function valueDifference(
  got: Values,
  want: Values,
  where: string,
  tolerance: Tolerance,
): string | null {
  let first = -1;
  let count = 0;
  const exact = typeof got[0] === "bigint" && typeof want[0] === "bigint";
  for (let i = 0; i < want.length; i++) {
    const equal = exact ? got[i] === want[i] : near(Number(got[i]), Number(want[i]), tolerance);
    if (equal) continue;
    if (first < 0) first = i;
    count++;
  }
  if (got.length !== want.length) return `${where}: expected ${want.length} elements, got ${got.length}`;
  if (first < 0) return null;
  return `${where}: element ${first} is ${got[first]}, expected ${want[first]} (${count} of ${want.length} differ)`;
}

export function show(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return Array.isArray(value)
    ? `an array of ${value.length}`
    : `a ${value.constructor?.name ?? "plain object"}`;
}
