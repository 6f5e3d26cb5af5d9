/** Many samples into one batch. */

import type { DeviceLike } from "@flambeau/core";
import {
  ArgumentError,
  type DType,
  DTypeError,
  formatShape,
  isTensor,
  type Shape,
  ShapeError,
  sameShape,
  stack,
  type Tensor,
} from "@flambeau/core";
import { dtypeOfTypedArray, HostTensor, hostTensor } from "./hostTensor.js";
import type { Collated, HostTree } from "./types.js";

const op = "defaultCollate";

/**
 * The batch of some samples (`torch.utils.data.default_collate`), its tensors on `device`.
 *
 * - Numbers become a tensor [batch]: int32 when all of the batch are integers of its range, else float32. JavaScript cannot tell 1 from
 *   1.0, so give `hostTensor(value)` (float32) where a batch may be integral by chance.
 * - bigints become int64, booleans bool; typed arrays, host tensors and tensors are stacked; strings stay an array.
 * - Arrays and plain objects are collated item by item.
 *
 * Throws ShapeError, DTypeError or ArgumentError where samples differ, naming the place and the first sample that does.
 */
export const defaultCollate = <T>(samples: readonly T[], device?: DeviceLike): Collated<T> =>
  toDevice(collateHost(samples), device) as Collated<T>;

/** As `defaultCollate`, with host tensors for what is not on a device yet: what worker threads run. */
export function collateHost(samples: readonly unknown[]): HostTree {
  if (samples.length === 0) throw new ArgumentError(op, "expected at least one sample, got none");
  return collateAt(samples, "");
}

type Rule = readonly [
  name: string,
  test: (value: unknown) => boolean,
  collate: (values: readonly never[], at: string) => unknown,
];

const isTypedArray = (value: unknown): boolean => ArrayBuffer.isView(value) && !(value instanceof DataView);
const isPlainObject = (value: unknown): boolean => {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Tried in order; the first sample chooses, and the others must be of its kind. */
const rules: readonly Rule[] = [
  ["numbers", (v) => typeof v === "number", (v: readonly number[]) => collateNumbers(v)],
  ["strings", (v) => typeof v === "string", (v: readonly string[]) => [...v]],
  [
    "booleans",
    (v) => typeof v === "boolean",
    (v: readonly boolean[]) => new HostTensor(Uint8Array.from(v, Number), [v.length], "bool"),
  ],
  ["bigints", (v) => typeof v === "bigint", (v: readonly bigint[], at) => collateBigints(v, at)],
  ["tensors", isTensor, (v: readonly Tensor[], at) => collateTensors(v, at)],
  ["host tensors", (v) => v instanceof HostTensor, (v: readonly HostTensor[], at) => stackHost(v, at)],
  ["typed arrays", isTypedArray, (v: readonly Float32Array[], at) => stackHost(v.map(overArray), at)],
  ["arrays", Array.isArray, (v: readonly unknown[][], at) => collateArrays(v, at)],
  ["plain objects", isPlainObject, (v: readonly Record<string, unknown>[], at) => collateObjects(v, at)],
];

function collateAt(values: readonly unknown[], at: string): unknown {
  const rule = rules.find(([, test]) => test(values[0]));
  if (rule === undefined) {
    throw new ArgumentError(
      op,
      `cannot collate ${describe(values[0])}${place(at)} in sample 0; give a collateFn that can`,
    );
  }
  const [name, test, collate] = rule;
  const odd = values.findIndex((value) => !test(value));
  if (odd >= 0)
    throw new ArgumentError(
      op,
      `expected ${name}${place(at)} in all samples, got ${describe(values[odd])} in sample ${odd}`,
    );
  return collate(values as readonly never[], at);
}

const place = (at: string): string => (at === "" ? "" : ` at ${at}`);
const inside = (at: string, key: string | number): string => (at === "" ? String(key) : `${at}.${key}`);

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object") return `a ${value.constructor?.name ?? "plain object"}`;
  return `a ${typeof value}`;
}

const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

function collateNumbers(values: readonly number[]): HostTensor {
  return hostTensor(values.every(isInt32) ? Int32Array.from(values) : Float32Array.from(values));
}

function collateBigints(values: readonly bigint[], at: string): HostTensor {
  const wide = values.findIndex((value) => BigInt.asIntN(64, value) !== value);
  if (wide >= 0)
    throw new DTypeError(op, `the value ${values[wide]}${place(at)} in sample ${wide} does not fit int64`);
  return hostTensor(BigInt64Array.from(values));
}

const overArray = (data: Float32Array): HostTensor =>
  new HostTensor(
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    [data.length],
    dtypeOfTypedArray(op, data),
  );

interface Shaped {
  readonly shape: Shape;
  readonly dtype: DType;
}

function checkAlike(values: readonly Shaped[], at: string): Shaped {
  const first = values[0] as Shaped;
  values.forEach(({ shape, dtype }, i) => {
    if (!sameShape(shape, first.shape)) {
      const shapes = `${formatShape(first.shape)} in sample 0 and ${formatShape(shape)} in sample ${i}`;
      throw new ShapeError(op, `expected samples of one shape${place(at)}, got ${shapes}`);
    }
    if (dtype !== first.dtype) {
      throw new DTypeError(
        op,
        `expected samples of one dtype${place(at)}, got ${first.dtype} in sample 0 and ${dtype} in sample ${i}`,
      );
    }
  });
  return first;
}

function collateTensors(values: readonly Tensor[], at: string): Tensor {
  checkAlike(values, at);
  return stack(values);
}

function stackHost(values: readonly HostTensor[], at: string): HostTensor {
  const { shape, dtype } = checkAlike(values, at);
  const width = values[0]!.bytes.byteLength;
  const bytes = new Uint8Array(width * values.length);
  for (let i = 0; i < values.length; i++) bytes.set(values[i]!.bytes, i * width);
  return new HostTensor(bytes, [values.length, ...shape], dtype);
}

function collateArrays(values: readonly unknown[][], at: string): unknown[] {
  const length = values[0]!.length;
  const odd = values.findIndex((value) => value.length !== length);
  if (odd >= 0) {
    throw new ShapeError(
      op,
      `expected arrays of ${length} items${place(at)} as in sample 0, got ${values[odd]!.length} in sample ${odd}`,
    );
  }
  return Array.from({ length }, (_, k) =>
    collateAt(
      values.map((value) => value[k]),
      inside(at, k),
    ),
  );
}

function collateObjects(values: readonly Record<string, unknown>[], at: string): Record<string, unknown> {
  const keys = Object.keys(values[0]!);
  values.forEach((value, i) => {
    const missing =
      keys.find((key) => !Object.hasOwn(value, key)) ?? Object.keys(value).find((key) => !keys.includes(key));
    if (missing !== undefined) {
      throw new ArgumentError(
        op,
        `expected objects with the same keys${place(at)}: sample 0 and sample ${i} differ in "${missing}"`,
      );
    }
  });
  return Object.fromEntries(
    keys.map((key) => [
      key,
      collateAt(
        values.map((value) => value[key]),
        inside(at, key),
      ),
    ]),
  );
}

/** The same structure with every host tensor made a tensor on `device`, and tensors moved there where one is named. */
export function toDevice(tree: HostTree, device?: DeviceLike): unknown {
  if (tree instanceof HostTensor) return tree.toTensor(device);
  if (isTensor(tree)) return device === undefined ? tree : tree.to(device);
  if (Array.isArray(tree)) return tree.map((item) => toDevice(item, device));
  if (!isPlainObject(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree as object).map(([key, value]) => [key, toDevice(value, device)]),
  );
}
