/** Values of the case files as values of the library. */
import type { Subject, TensorLike } from "./api.js";
import { NotOffered } from "./api.js";
import type { Json, Kwargs, TensorJson } from "./format.js";
import { isTensorJson } from "./format.js";
import { camel, lookUp, lookUpClass } from "./names.js";
import { missingDType } from "./notOffered.js";

const itemBytes: { readonly [dtype: string]: number } = {
  bool: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

export const bytesPerElement = (dtype: string): number => {
  const bytes = itemBytes[dtype];
  if (bytes === undefined) throw new NotOffered(missingDType(dtype));
  return bytes;
};

/** The elements of a recorded tensor. Pages have no Buffer. */
export function rawBytes({ data = "" }: TensorJson): Uint8Array {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Decodes the arguments of one call and remembers the leaves that take part in the gradient check. */
export class Decoder {
  /** Leaves by path: "args.0", "kwargs.weight", "args.0.1". */
  readonly leaves = new Map<string, TensorLike>();
  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  tensor(json: TensorJson): TensorLike {
    const { api, device } = this.#subject;
    const item = bytesPerElement(json.dtype);
    const bytes = rawBytes(json);
    const strided = json.stride !== undefined;
    const x = strided
      ? this.#strided(json, bytes, item)
      : api.fromBytes(bytes, json.shape, json.dtype, { device });
    // A library without gradients still has its values compared.
    return json.requiresGrad && typeof api.grad === "function" ? x.requiresGrad_() : x;
  }

  /** Scatters the elements into a flat buffer whose gaps hold what no operation may read. */
  #strided(json: TensorJson, bytes: Uint8Array, item: number): TensorLike {
    const { api, device } = this.#subject;
    const stride = json.stride!;
    const offset = json.offset ?? 0;
    const empty = json.shape.some((size) => size === 0);
    const reach = json.shape.reduce((sum, size, d) => sum + (size - 1) * stride[d]!, 0);
    const length = empty ? offset : offset + reach + 1;
    const flat = new Uint8Array(length * item).fill(json.dtype === "bool" ? 1 : 0xff);
    for (let i = 0; i * item < bytes.length; i++) {
      let rest = i;
      let position = offset;
      for (let d = json.shape.length - 1; d >= 0; d--) {
        position += (rest % json.shape[d]!) * stride[d]!;
        rest = Math.floor(rest / json.shape[d]!);
      }
      flat.set(bytes.subarray(i * item, (i + 1) * item), position * item);
    }
    return api.fromBytes(flat, [length], json.dtype, { device }).asStrided(json.shape, stride, offset);
  }

  /** `path` names the place for the gradient check. */
  value(json: Json, path: string): unknown {
    if (json === null || typeof json === "boolean" || typeof json === "number") return json;
    if (typeof json === "string") return json === "cpu" ? this.#subject.device : json;
    if (Array.isArray(json)) return json.map((item: Json, i) => this.value(item, `${path}.${i}`));
    if (isTensorJson(json)) {
      const x = this.tensor(json);
      if (json.requiresGrad) this.leaves.set(path, x);
      return x;
    }
    return this.#special(json as { readonly [key: string]: Json }, path);
  }

  #special(json: { readonly [key: string]: Json }, path: string): unknown {
    const { api, device } = this.#subject;
    const v = json.v as Json;
    switch (json.$) {
      case "float":
        return floats[String(v)] ?? Number(v);
      case "int":
        return BigInt(String(v));
      case "tuple":
        return this.value(v, path);
      case "dict":
        return Object.fromEntries(
          Object.entries(v as Kwargs).map(([key, item]) => [camel(key), this.value(item, `${path}.${key}`)]),
        );
      case "slice":
        return lookUp(api, "torch.slice")(
          json.start as number | null,
          json.stop as number | null,
          json.step as number | null,
        );
      case "ellipsis":
        return "...";
      case "dtype":
        bytesPerElement(String(v));
        return v;
      case "device":
        return device;
      case "fn":
        return lookUp(api, String(v));
      case "module": {
        const module = new (lookUpClass(api, `torch.nn.${String(v)}`))() as {
          forward(...args: unknown[]): unknown;
        };
        return (...args: unknown[]) => module.forward(...args);
      }
      case "js":
        return new Function(`return (${String(v)});`)() as unknown;
      default:
        throw new NotOffered(missingDType(String(json.$)));
    }
  }

  /** Positional arguments followed by the keyword arguments as one options object. */
  arguments(args: readonly Json[], kwargs: Kwargs | undefined): unknown[] {
    const positional = args.map((arg, i) => this.value(arg, `args.${i}`));
    const options = this.options(kwargs);
    return options ? [...positional, options] : positional;
  }

  options(kwargs: Kwargs | undefined): Record<string, unknown> | null {
    const entries = Object.entries(kwargs ?? {}).filter(
      ([name]) => name !== "layout" && name !== "pin_memory",
    );
    if (entries.length === 0) return null;
    return Object.fromEntries(
      entries.map(([name, json]) => [camel(name), this.value(json, `kwargs.${name}`)]),
    );
  }
}

const floats: { readonly [text: string]: number } = { nan: NaN, inf: Infinity, "-inf": -Infinity };
