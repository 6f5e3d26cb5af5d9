/**
 * Nested values as JSON with the tensors taken out. JSON's own values stand for themselves; what JSON lacks is an object
 * with one key that begins with "$", and a key of the program's own that begins so gets a second one.
 */
import { ArgumentError, FormatError, isTensor, type Tensor } from "@flambeau/core";

/** What a state may hold; arrays, plain objects and maps nest. */
export type StateValue =
  | Tensor
  | number
  | string
  | boolean
  | bigint
  | null
  | undefined
  | readonly StateValue[]
  | ReadonlyMap<StateValue, StateValue>
  | { readonly [key: string]: StateValue };

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isPlainObject = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Splits a state into JSON and tensors by name. A tensor met twice is kept once. */
export function flatten(op: string, state: StateValue): { json: string; tensors: Record<string, Tensor> } {
  const names = new Map<Tensor, string>();
  const taken = new Map<string, Tensor>();
  const open = new Set<object>();

  const nameOf = (x: Tensor, path: readonly string[]): string => {
    const known = names.get(x);
    if (known !== undefined) return known;
    const base = path.join(".") || "value";
    let name = base;
    for (let n = 2; taken.has(name) || name === "__metadata__"; n++) name = `${base}#${n}`;
    taken.set(name, x);
    names.set(x, name);
    return name;
  };

  const nested = (value: object, path: readonly string[]): Json => {
    if (Array.isArray(value)) return value.map((item, i) => visit(item, [...path, String(i)]));
    if (value instanceof Map) {
      const pairs = [...value].map(([key, item], i) => [
        visit(key, [...path, `key${i}`]),
        visit(item, [...path, typeof key === "object" ? `value${i}` : String(key)]),
      ]);
      return { $map: pairs };
    }
    if (!isPlainObject(value)) {
      const found = `a ${value.constructor.name} at ${path.join(".") || "the top"}`;
      throw new ArgumentError(
        op,
        `expected tensors, plain values, arrays, maps and plain objects, got ${found}`,
      );
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key.startsWith("$") ? `$${key}` : key,
        visit(item, [...path, key]),
      ]),
    );
  };

  const visit = (value: unknown, path: readonly string[]): Json => {
    if (value === undefined) return { $undefined: true };
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "bigint") return { $bigint: String(value) };
    if (typeof value === "number") {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? "-0" : String(value) };
    }
    if (isTensor(value)) return { $tensor: nameOf(value, path) };
    if (typeof value !== "object") {
      throw new ArgumentError(op, `a ${typeof value} at ${path.join(".") || "the top"} cannot be saved`);
    }
    if (open.has(value)) throw new ArgumentError(op, `the value at ${path.join(".")} contains itself`);
    open.add(value);
    const json = nested(value, path);
    open.delete(value);
    return json;
  };

  const json = JSON.stringify(visit(state, []));
  return { json, tensors: Object.fromEntries(taken) };
}

/** Puts the tensors back into the JSON of `flatten`. Throws FormatError where the two do not belong together. */
export function unflatten(op: string, json: string, tensors: ReadonlyMap<string, Tensor>): StateValue {
  const special: Readonly<Record<string, (value: Json) => StateValue>> = {
    $undefined: () => undefined,
    $bigint: (value) => BigInt(value as string),
    $number: (value) => Number(value),
    $map: (pairs) =>
      new Map((pairs as readonly (readonly [Json, Json])[]).map(([k, v]) => [visit(k), visit(v)])),
    $tensor: (name) => {
      const found = tensors.get(name as string);
      if (found === undefined)
        throw new FormatError(op, `the state names a tensor ${JSON.stringify(name)} that the file lacks`);
      return found;
    },
  };

  const visit = (value: Json): StateValue => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(visit);
    const entries = Object.entries(value);
    const [key, only] = entries[0] ?? ["", null];
    if (entries.length === 1 && key.startsWith("$") && !key.startsWith("$$")) {
      const build = Object.hasOwn(special, key) ? special[key] : undefined;
      if (build === undefined)
        throw new FormatError(op, `the state holds an unknown kind of value, ${JSON.stringify(key)}`);
      return build(only);
    }
    return Object.fromEntries(entries.map(([k, v]) => [k.startsWith("$$") ? k.slice(1) : k, visit(v)]));
  };

  try {
    return visit(JSON.parse(json) as Json);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(op, `the state is damaged (${(cause as Error).message})`, { cause });
  }
}
