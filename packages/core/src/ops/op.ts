/**
 * How operators take their arguments. Everything positional in PyTorch is positional here, and any tail of the
 * parameters may instead come by name in one trailing options object: `x.sum(1, true)`, `x.sum(1, { keepdim: true })`,
 * `x.sum({ dim: 1 })`. One mechanism does this for every operator, at run time and in the types.
 */
import { ArgumentError } from "../errors.js";
import { Tensor } from "../tensor/tensor.js";

type AnyFunction = (...args: never[]) => unknown;

/** Parameters P (with names N), or a prefix of them followed by an object of the others by name. */
type Named<
  P extends readonly unknown[],
  N extends readonly string[],
  Before extends readonly unknown[] = [],
> =
  | [...Before, ...P]
  | (N extends readonly [string, ...string[]] ? [...Before, Options<P, N>] : never)
  | (Required<P> extends readonly [infer _, ...infer _R]
      ? N extends readonly [string, ...infer NR extends string[]]
        ? P extends readonly [infer Head, ...infer Rest]
          ? Named<Rest, NR, [...Before, Head]>
          : P extends readonly [(infer Head)?, ...infer Rest]
            ? Named<Rest, NR, [...Before, Head]>
            : never
        : never
      : never);

/** The object form of parameters P with names N; optional where the parameter is. */
type Options<P extends readonly unknown[], N extends readonly string[]> =
  OptionsOf<P, N> extends infer O ? { [K in keyof O]: O[K] } : never;
type OptionsOf<P extends readonly unknown[], N extends readonly string[]> = N extends readonly [
  infer Name extends string,
  ...infer Names extends string[],
]
  ? P extends readonly [infer Head, ...infer Rest]
    ? { [K in Name]: Head } & OptionsOf<Rest, Names>
    : P extends readonly [(infer Head)?, ...infer Rest]
      ? { [K in Name]?: Head } & OptionsOf<Rest, Names>
      : unknown
  : unknown;

/** The parameters after the tensor, in all their forms. */
type RestOf<F extends AnyFunction, N extends readonly string[]> = F extends (
  x: never,
  ...rest: infer R
) => unknown
  ? Named<R, N>
  : never;
type FirstOf<F extends AnyFunction> = F extends (x: infer X, ...rest: never) => unknown ? X : never;

/** Carries, in the types only, what an operator looks like as a method. */
declare const methodForm: unique symbol;

/** An operator: a function that also carries its name, its parameters' names and its form as a method. */
export type Op<F extends AnyFunction, N extends readonly string[]> = ((
  ...args: [FirstOf<F>, ...RestOf<F, N>]
) => ReturnType<F>) & {
  readonly opName: string;
  /** The names of the parameters after the first, in order. */
  readonly optionNames: N;
  readonly [methodForm]?: (...rest: RestOf<F, N>) => ReturnType<F>;
};

/** The method form of an operator: the first parameter is `this`. */
export type Method<F> = F extends { readonly [methodForm]?: infer M }
  ? unknown extends M
    ? PlainMethod<F>
    : NonNullable<M>
  : PlainMethod<F>;
type PlainMethod<F> = F extends (x: never, ...rest: infer R) => infer Result ? (...rest: R) => Result : never;

/** The method forms of a module whose exports are all operators on a tensor. */
export type Methods<M> = { [K in keyof M]: Method<M[K]> };

/** In-place forms, named with a trailing underscore; each returns the tensor it changed. */
export type InplaceMethods<M> = {
  [K in keyof M as `${K & string}_`]: Method<M[K]> extends (...rest: infer R) => unknown
    ? (...rest: R) => Tensor
    : never;
};

/** Whether a trailing argument is an options object and not a value some operator takes. */
export function isOptions(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Arguments P in all their forms: by position, or any tail of them by the names N in one object. */
export type Arguments<P extends readonly unknown[], N extends readonly string[]> = Named<P, N>;

/**
 * Puts a trailing options object into the positions its keys name. `names[i]` names position `first + i`; positions before
 * `first` cannot be named.
 */
export function bindArguments(
  op: string,
  names: readonly string[],
  args: readonly unknown[],
  first = 1,
): readonly unknown[] {
  const last = args[args.length - 1];
  if (args.length <= first || !isOptions(last)) return args;
  const bound = args.slice(0, -1) as unknown[];
  for (const key of Object.keys(last)) {
    const at = names.indexOf(key) + first;
    if (at < first)
      throw new ArgumentError(op, `unknown option "${key}"; expected one of ${names.join(", ") || "none"}`);
    if (at < args.length - 1) throw new ArgumentError(op, `option "${key}" is given by position already`);
    while (bound.length < at) bound.push(undefined);
    bound[at] = last[key];
  }
  return bound;
}

/**
 * Makes an operator of `run`, whose first parameter is a tensor. `names` are the names of the parameters after it, in
 * PyTorch's order.
 */
/* @__NO_SIDE_EFFECTS__ */
export function op<F extends AnyFunction, const N extends readonly string[]>(
  name: string,
  names: N,
  run: F,
): Op<F, N> {
  const call = run as unknown as (...args: readonly unknown[]) => unknown;
  const bound = (...args: readonly unknown[]): unknown => {
    if (!(args[0] instanceof Tensor)) {
      throw new ArgumentError(name, `expected a tensor as its first argument, got ${describe(args[0])}`);
    }
    const all = bindArguments(name, names, args);
    if (all.length > names.length + 1) {
      throw new ArgumentError(name, `expected at most ${names.length + 1} arguments, got ${all.length}`);
    }
    return call(...all);
  };
  return Object.defineProperties(bound, {
    opName: { value: name },
    optionNames: { value: names },
    name: { value: name },
  }) as unknown as Op<F, N>;
}

/** Makes operators that differ in name only: `run` is told the name first, for its errors. */
export const opsOf =
  <A extends unknown[], R, const N extends readonly string[]>(
    names: N,
    run: (name: string, ...args: A) => R,
  ) =>
  (name: string): Op<(...args: A) => R, N> =>
    op(name, names, (...args: A) => run(name, ...args));

/** Throws ArgumentError unless `value`, called `what` in the message, is a tensor. */
export function needTensor(op: string, what: string, value: unknown): void {
  if (!(value instanceof Tensor))
    throw new ArgumentError(op, `expected ${what} to be a tensor, got ${describe(value)}`);
}

/** A short description of a wrong argument for messages. */
export function describe(value: unknown): string {
  if (value instanceof Tensor)
    return `a tensor of shape [${value.shape.join(", ")}] and dtype ${value.dtype}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === null) return "null";
  if (typeof value === "object") return `a ${value.constructor?.name ?? "plain object"}`;
  return typeof value === "string" ? `"${value}"` : `${typeof value} ${String(value)}`;
}

/** Adds the functions of a module to `Tensor.prototype` as methods. */
export function installMethods(module: Readonly<Record<string, unknown>>): void {
  for (const [name, run] of Object.entries(module)) {
    const call = run as (x: Tensor, ...rest: unknown[]) => unknown;
    defineMethod(name, function (this: Tensor, ...rest: unknown[]) {
      return call(this, ...rest);
    });
  }
}

/** Adds one method to every tensor. */
export function defineMethod(name: string, method: (this: Tensor, ...args: never[]) => unknown): void {
  Object.defineProperty(Tensor.prototype, name, {
    value: method,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
