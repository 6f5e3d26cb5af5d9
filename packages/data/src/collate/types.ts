import type { Tensor } from "@flambeau/core";
import type { HostTensor } from "./hostTensor.js";

type Leaf = number | bigint | boolean | ArrayBufferView | Tensor | HostTensor;

/** What `defaultCollate` makes of samples of type T: tensors with a new first dimension, in the samples' own structure. */
export type Collated<T> = T extends Leaf
  ? Tensor
  : T extends string
    ? string[]
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Collated<T[K]> }
      : T extends object
        ? { -readonly [K in keyof T]: Collated<T[K]> }
        : never;

/** The same batch before host tensors are moved to a device: what a worker thread makes. */
export type HostTree = unknown;
