/** Device functions as lowerings call them: like any other operation on values. */
import { type Code, deviceFunction } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import { invoke, type Value } from "../ir/value.js";

type Body = (code: Code, ...args: Value[]) => Value;
type Call = (...args: Value[]) => Value;

/** A function from arguments of `types`, printed once in each shader that calls it. */
export function define(name: string, types: readonly Type[], result: Type, body: Body): Call {
  const fn = deviceFunction(name, types, result, body);
  return (...args) => invoke(fn, ...args);
}

/** A function of as many float32s as its body takes. */
export const float = (name: string, body: Body): Call =>
  define(`${name}_f32`, new Array<Type>(body.length - 1).fill("f32"), "f32", body);
