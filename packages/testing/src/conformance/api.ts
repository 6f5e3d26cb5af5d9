/** What the runner needs to know of the library under test. Everything else is looked up by name. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  bytesSync(): Uint8Array;
  asStrided(shape: readonly number[], strides: readonly number[], offset: number): TensorLike;
  requiresGrad_(): TensorLike;
  clone(): TensorLike;
  detach(): TensorLike;
}

export type Callable = (...args: readonly unknown[]) => unknown;
export type Constructor = new (...args: readonly unknown[]) => unknown;
export type Namespace = { readonly [name: string]: unknown };

export interface Api extends Namespace {
  readonly Tensor: Constructor;
  readonly FlambeauError: Constructor;
  fromBytes(
    bytes: Uint8Array,
    shape: readonly number[],
    dtype: string,
    options: { device: string },
  ): TensorLike;
  slice(start: number | null, stop: number | null, step: number | null): unknown;
}

/** A library and the device its tensors are made on. */
export interface Subject {
  readonly api: Api;
  readonly device: string;
}

/** Runs a call that may read values, where the device offers that only in this way. */
export const withReads = async (api: Api, body: () => unknown): Promise<unknown> =>
  typeof api.withReads === "function" ? await (api.withReads as Callable)(body) : body();

export const isTensor = (api: Api, value: unknown): value is TensorLike => value instanceof api.Tensor;

/** Thrown for what the library does not offer; the case is counted apart, with the reason. */
export class NotOffered extends Error {}
