/** Python names as TypeScript names, and looking them up in the library. */
import type { Api, Callable, Constructor } from "./api.js";
import { NotOffered } from "./api.js";
import { notImplemented } from "./notOffered.js";

/** snake_case to camelCase; a digit joins on, a trailing underscore stays: `max_pool2d` → `maxPool2d`, `add_` stays. */
export const camel = (name: string): string =>
  name.replace(/(?<=[A-Za-z0-9])_([A-Za-z0-9])/g, (_, c: string) => c.toUpperCase());

const roots: readonly (readonly [string, string])[] = [
  ["torch.", ""],
  ["torchvision.", "vision."],
  ["torchaudio.", "audio."],
  ["torchtext.", "text."],
];

/** `torch.nn.functional.max_pool2d` → `nn.functional.maxPool2d`. */
export function apiPath(python: string): string {
  const [from, to] = roots.find(([root]) => python.startsWith(root)) ?? ["", ""];
  return to + python.slice(from.length).split(".").map(camel).join(".");
}

/** The function or class a Python path names. */
export function lookUp(api: Api, python: string): Callable {
  const path = apiPath(python);
  let at: unknown = api;
  for (const name of path.split(".")) at = Object(at)[name] as unknown;
  if (typeof at !== "function") throw new NotOffered(notImplemented(path));
  return at as Callable;
}

export const lookUpClass = (api: Api, python: string): Constructor =>
  lookUp(api, python) as unknown as Constructor;

/** The method a Python name names on a value. */
export function lookUpMethod(target: unknown, python: string): Callable {
  const name = camel(python);
  const method = Object(target)[name] as unknown;
  if (typeof method !== "function") throw new NotOffered(notImplemented(`Tensor.${name}`));
  return (...args) => Reflect.apply(method, target, args) as unknown;
}
