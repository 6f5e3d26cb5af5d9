/** Runs one recorded call in one of its spellings. */
import type { Callable, Subject, TensorLike } from "./api.js";
import { isTensor, NotOffered } from "./api.js";
import type { Decoder } from "./decode.js";
import type { Call, ClassCall, Json, OpCase, OpFile } from "./format.js";
import { camel, lookUp, lookUpClass, lookUpMethod } from "./names.js";
import { notImplemented } from "./notOffered.js";

/** The call that spells `via`: another spelling of the file's operation, or the recorded call itself. */
export function callFor(file: OpFile, test: OpCase, via: string): Call {
  const recorded = test.call ?? file.call;
  if (via === recorded.kind || recorded.kind === "class") return recorded;
  if (via === "method" && file.method) return { kind: "method", path: file.method };
  if (via === "inplace" && file.inplace) return { kind: "inplace", path: file.inplace };
  return recorded;
}

/** Throws NotOffered when the library has no such function or class. */
export function checkOffered(subject: Subject, call: Call): void {
  if (call.kind === "function" || call.kind === "class") lookUp(subject.api, call.path);
}

/** `detached`: an in-place spelling of an operation recorded otherwise runs outside the gradient check. */
export function invoke(
  subject: Subject,
  call: Call,
  test: OpCase,
  decoder: Decoder,
  args: readonly unknown[],
  detached: boolean,
): unknown {
  const [self, ...rest] = args;
  switch (call.kind) {
    case "function":
      return lookUp(subject.api, call.path)(...args);
    case "method":
      if (call.path === "__getitem__") return index(self, test.args[1]!, rest[0]);
      return lookUpMethod(self, call.path)(...rest);
    case "attribute":
      return attribute(subject, self, call.path);
    case "inplace": {
      const x = copyOf(subject, self, detached);
      const method = lookUpMethod(x, call.path);
      method(...rest);
      return x;
    }
    case "setitem": {
      const x = copyOf(subject, self, detached);
      lookUpMethod(x, "set")(isSequence(test.args[1]!) ? rest[0] : [rest[0]], rest[1]);
      return x;
    }
    case "class": {
      const made = construct(subject, call, decoder);
      return forwardOf(made, call.path)(...args);
    }
    default:
      return call satisfies never;
  }
}

function construct(subject: Subject, call: ClassCall, decoder: Decoder): unknown {
  const { args, kwargs } = call.constructor;
  return new (lookUpClass(subject.api, call.path))(...decoder.arguments(args, kwargs));
}

/** Modules and transforms are called through `forward`. */
export function forwardOf(made: unknown, name: string): Callable {
  const forward = (made as { readonly forward?: unknown }).forward;
  if (typeof forward !== "function") throw new NotOffered(notImplemented(`${name}.forward`));
  return (...args) => Reflect.apply(forward, made, args) as unknown;
}

function attribute(subject: Subject, self: unknown, path: string): unknown {
  const name = camel(path);
  if (!isTensor(subject.api, self) || !(name in self)) throw new NotOffered(notImplemented(`Tensor.${name}`));
  const value = (self as unknown as Record<string, unknown>)[name];
  return typeof value === "function" ? (value as Callable).call(self) : value;
}

function copyOf(subject: Subject, self: unknown, detached: boolean): TensorLike {
  if (!isTensor(subject.api, self)) throw new Error("an in-place call was recorded without a tensor");
  return detached && typeof subject.api.grad === "function" ? self.detach().clone() : self.clone();
}

/** Several indices, one per dimension: a tuple, or (an old spelling) a list that holds more than numbers. */
function isSequence(json: Json): boolean {
  if (Array.isArray(json)) return json.some((item) => typeof item !== "number");
  return typeof json === "object" && json !== null && (json as { readonly $?: Json }).$ === "tuple";
}

const index = (self: unknown, json: Json, decoded: unknown): unknown =>
  lookUpMethod(self, "at")(...(isSequence(json) ? (decoded as readonly unknown[]) : [decoded]));
