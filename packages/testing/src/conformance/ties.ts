/** Indices may differ from PyTorch's where values tie: then both must point at equal values of the input. */
import type { Json, Kwargs } from "./format.js";
import type { Host } from "./values.js";

/** Where `dim` stands among the positional arguments. */
const dimAt: { readonly [name: string]: number } = { kthvalue: 2, topk: 2 };

export function dimOf(name: string, args: readonly Json[], kwargs: Kwargs | undefined): number {
  const given = kwargs?.dim ?? args[dimAt[name] ?? 1];
  return typeof given === "number" ? given : -1;
}

export function indexDifference(
  input: Host,
  got: Host,
  want: Host,
  dim: number,
  where: string,
): string | null {
  if (`${got.shape}` !== `${want.shape}`)
    return `${where}: expected shape [${want.shape.join(", ")}], got [${got.shape.join(", ")}]`;
  const axis = dim < 0 ? dim + input.shape.length : dim;
  const shape = got.shape.length < input.shape.length ? got.shape.toSpliced(axis, 0, 1) : got.shape;
  for (let i = 0; i < got.values.length; i++) {
    const a = valueAt(input, shape, axis, i, Number(got.values[i]));
    const b = valueAt(input, shape, axis, i, Number(want.values[i]));
    if (a === undefined) return `${where}: index ${got.values[i]} is out of range`;
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b)))
      return `${where}: element ${i} is index ${got.values[i]} (value ${a}), expected ${want.values[i]} (value ${b})`;
  }
  return null;
}

/** The input's element at the `i`-th position of `shape`, with `index` along `axis`. */
function valueAt(
  input: Host,
  shape: readonly number[],
  axis: number,
  i: number,
  index: number,
): number | bigint | undefined {
  if (input.shape.length === 0) return index === 0 ? input.values[0] : undefined;
  if (index < 0 || index >= input.shape[axis]!) return undefined;
  let position = 0;
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    position += (d === axis ? index : i % shape[d]!) * step;
    i = Math.floor(i / shape[d]!);
    step *= input.shape[d]!;
  }
  return input.values[position];
}
