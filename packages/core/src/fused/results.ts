/** How the outputs of a definition reach the caller: one tensor, or an array or object of them, as the definition returned. */
import type { Kind } from "../dtype.js";
import type { Definition, Outputs } from "../program/define.js";
import { Expr } from "../program/expr.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Variant } from "./call.js";

/** The tensors that stand for what a definition returned. */
export type Results<R> = R extends Expr
  ? Tensor
  : { readonly [K in keyof R]: R[K] extends Expr ? Tensor : never };

/** "one" output, an "array" of them, or an object with these names. */
type Shape = "one" | "array" | readonly string[];

/** Learns the form of a definition's outputs while it is built, and gives a call's tensors that form. */
export class ResultForm<R extends Outputs> {
  #shape: Shape | null = null;

  /** Passes `f` on, watching what it returns; `kinds` casts the outputs, in order. */
  watch<A extends readonly unknown[]>(
    f: (...args: A) => R,
    kinds: readonly Kind[] | null,
  ): (...args: A) => Outputs {
    return (...args) => {
      const result = f(...args);
      if (result instanceof Expr) this.#shape = "one";
      else if (Array.isArray(result)) this.#shape = "array";
      else this.#shape = Object.keys(result);
      return kinds === null ? result : castAll(result, kinds);
    };
  }

  wrap(tensors: readonly Tensor[]): Results<R> {
    const shape = this.#shape as Shape;
    if (shape === "one") return tensors[0] as Results<R>;
    if (shape === "array") return [...tensors] as unknown as Results<R>;
    return Object.fromEntries(shape.map((name, i) => [name, tensors[i]])) as Results<R>;
  }
}

function castAll(outputs: Outputs, kinds: readonly Kind[]): Outputs {
  const cast = (x: Expr, kind: Kind): Expr =>
    kind === "f" ? x.toFloat() : kind === "i" ? x.toInt() : x.toBool();
  if (outputs instanceof Expr) return cast(outputs, kinds[0] as Kind);
  return Object.fromEntries(Object.entries(outputs).map(([name, x], i) => [name, cast(x, kinds[i] as Kind)]));
}

/** The definitions behind one function: as written, and with its outputs cast to kinds; made when first asked for. */
export function variants<A extends readonly unknown[], R extends Outputs>(
  f: (...args: A) => R,
  form: ResultForm<R>,
  define: (f: (...args: A) => Outputs) => Definition,
): Variant {
  const made = new Map<string, Definition>();
  return (kinds) => {
    const key = kinds?.join("") ?? "";
    let definition = made.get(key);
    if (definition === undefined) {
      definition = define(form.watch(f, kinds));
      made.set(key, definition);
    }
    return definition;
  };
}
