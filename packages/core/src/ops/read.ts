/** Values for JavaScript: each reading waits for the device, and has a form without waiting, with `Sync` at the end of its name. */
import { ArgumentError, DeviceError } from "../errors.js";
import { readBytes, readBytesSync } from "../primitives/copy.js";
import { readable } from "../primitives/replay.js";
import { decodeHost, nest } from "../tensor/host.js";
import type { Tensor } from "../tensor/tensor.js";
import { expectShape } from "./expect.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a method makes of the elements' bytes. */
const readings = {
  /** The raw little-endian bytes of the elements in row-major order. */
  bytes: (_x: Tensor, bytes: Bytes) => bytes,
  /** The elements in row-major order as a typed array: float16 and bfloat16 as Float32Array, int64 as BigInt64Array, bool as Uint8Array of 0 and 1. */
  data: (x: Tensor, bytes: Bytes) => decodeHost(bytes, x.dtype),
  /** Nested arrays (`Tensor.tolist`): booleans for bool, bigints for int64, numbers otherwise. */
  array: (x: Tensor, bytes: Bytes) => nest(decodeHost(bytes, x.dtype), x.shape, x.dtype),
  /** The value of a tensor of one element, as a number (int64 values beyond 2^53 are an error: use `array`). */
  item: (x: Tensor, bytes: Bytes, method: string): number => {
    expectShape(method, x.numel === 1, "a tensor of one element", x);
    const value = decodeHost(bytes, x.dtype)[0] as number | bigint;
    const number = Number(value);
    if (typeof value === "bigint" && BigInt(number) !== value) {
      throw new ArgumentError(
        "item",
        `the int64 value ${value} has no exact number; read it with data() or array()`,
      );
    }
    return number;
  },
};

type Readings = typeof readings;
type Reader<K extends keyof Readings, Waits> = (
  x: Tensor,
) => Waits extends true ? Promise<ReturnType<Readings[K]>> : ReturnType<Readings[K]>;
type Readers = { readonly [K in keyof Readings]: Reader<K, true> } & {
  readonly [K in keyof Readings as `${K}Sync`]: Reader<K, false>;
};

export const readers = Object.fromEntries(
  Object.entries(readings).flatMap(([name, read]) => [
    [name, async (x: Tensor) => read(x, await readBytes(x), name)],
    [
      `${name}Sync`,
      (x: Tensor) => {
        if (readable(x.device)) return read(x, readBytesSync(x), `${name}Sync`);
        throw new DeviceError(
          `${name}Sync`,
          `device ${x.device} cannot be read without waiting: use \`await x.${name}()\``,
        );
      },
    ],
  ]),
) as unknown as Readers;
