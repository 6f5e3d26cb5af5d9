/** Saving and loading a module's parameters and buffers. */
import { ArgumentError, formatShape, noGrad, ShapeError, sameShape, Tensor } from "@flambeau/core";
import { isUninitialized } from "../parameter.js";

/** Tensors by dotted name. */
export type StateDict = Record<string, Tensor>;

/** What `loadStateDict` found amiss where it was not strict. */
export interface LoadReport {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

const listed = (what: string, keys: readonly string[]): string[] =>
  keys.length === 0 ? [] : [`${what} ${keys.join(", ")}`];

/**
 * Copies the values of `state` into the tensors `own`. First everything is checked; what does not fit is told
 * all at once, and nothing is changed then.
 */
export function loadInto(
  moduleName: string,
  own: ReadonlyMap<string, Tensor>,
  state: Readonly<Record<string, Tensor>>,
  strict: boolean,
): LoadReport {
  const missingKeys = [...own.keys()].filter((key) => !Object.hasOwn(state, key));
  const unexpectedKeys = Object.keys(state).filter((key) => !own.has(key));
  const matched = [...own].filter(([key]) => Object.hasOwn(state, key));
  const misfits = matched.flatMap(([key, target]) => misfit(key, target, state[key]));
  const keys = strict
    ? [...listed("missing keys", missingKeys), ...listed("unknown keys", unexpectedKeys)]
    : [];
  if (keys.length + misfits.length > 0) {
    const Kind = keys.length > 0 ? ArgumentError : ShapeError;
    throw new Kind(
      "loadStateDict",
      `the state does not match ${moduleName}: ${[...keys, ...misfits].join("; ")}`,
    );
  }
  noGrad(() => {
    for (const [key, target] of matched) {
      const value = state[key] as Tensor;
      if (isUninitialized(target)) target.materialize(value.shape);
      target.copy_(value);
    }
  });
  return { missingKeys, unexpectedKeys };
}

function misfit(key: string, target: Tensor, value: unknown): string[] {
  if (!(value instanceof Tensor))
    throw new ArgumentError("loadStateDict", `expected a tensor for "${key}", got ${typeof value}`);
  value.bufferFor("loadStateDict");
  if (isUninitialized(target) || sameShape(value.shape, target.shape)) return [];
  return [
    `"${key}" has shape ${formatShape(target.shape)}, got a value of shape ${formatShape(value.shape)}`,
  ];
}
