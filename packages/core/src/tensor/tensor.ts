/** The tensor: a strided view of a storage. Operations are added to it by the modules under `ops/`. */

import type { DeviceBuffer } from "../backend/backend.js";
import type { Device } from "../backend/registry.js";
import { bytesOf, type DType } from "../dtype.js";
import { DisposedError } from "../errors.js";
import type { TensorMethods } from "../ops/methods.js";
import { track } from "./scope.js";
import { contiguousStrides, isContiguous, numelOf, type Shape } from "./shape.js";
import { Storage } from "./storage.js";

/** What autograd keeps on a tensor that takes part in differentiation; core only asks whether it is there. */
export interface AutogradState {
  readonly requiresGrad: boolean;
}

/** How a view came about, so that writes through it can be traced to the tensor it views. */
export interface ViewOf {
  readonly base: Tensor;
  /** The storage's version when the view was made. */
  readonly version: number;
}

declare global {
  namespace Flambeau {
    /**
     * Properties and methods that other packages add to tensors. Global, because a module augmentation would name a file
     * that bundling moves.
     */
    interface TensorExtensions {}
  }
}

// The methods are installed on the prototype by `ops/methods.ts` and the extending packages.
export interface Tensor extends TensorMethods, Flambeau.TensorExtensions {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
export class Tensor {
  /** null while nothing on this tensor requires grad. */
  autograd: AutogradState | null = null;
  viewOf: ViewOf | null = null;
  readonly numel: number;
  #contiguous: boolean | null = null;
  #disposed = false;

  /** Made by operations; programs use `tensor`, `zeros` and their kin. */
  constructor(
    readonly storage: Storage,
    readonly dtype: DType,
    readonly shape: Shape,
    readonly strides: readonly number[],
    /** In elements from the start of the storage. */
    readonly offset: number,
    contiguous: boolean | null = null,
  ) {
    this.numel = numelOf(shape);
    this.#contiguous = contiguous;
    storage.retain();
    track(this);
  }

  get device(): Device {
    return this.storage.device;
  }

  /** Number of dimensions (`Tensor.ndim`). */
  get ndim(): number {
    return this.shape.length;
  }

  /** Size of one element in bytes. */
  get itemSize(): number {
    return bytesOf(this.dtype);
  }

  /** Whether elements lie in row-major order without gaps (`Tensor.is_contiguous`). */
  isContiguous(): boolean {
    this.#contiguous ??= isContiguous(this.shape, this.strides);
    return this.#contiguous;
  }

  /** Forgets what was worked out about the strides, after they were replaced. */
  forgetLayout(): void {
    this.#contiguous = null;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Frees the memory at once unless views or the tape still hold it. Using the tensor afterwards is an error. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.storage.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The device memory, for kernels; throws DisposedError naming `op` when it is gone. */
  bufferFor(op: string): DeviceBuffer {
    const buffer = this.storage.buffer;
    if (this.#disposed || buffer === null) {
      throw new DisposedError(
        op,
        `expected a live tensor, got a disposed one (shape [${this.shape.join(", ")}], ${this.dtype})`,
      );
    }
    return buffer;
  }

  get [Symbol.toStringTag](): string {
    return "Tensor";
  }
}

/** A new contiguous tensor with undefined content. */
export function allocate(device: Device, dtype: DType, shape: Shape): Tensor {
  const storage = new Storage(device, numelOf(shape) * bytesOf(dtype));
  return new Tensor(storage, dtype, shape, contiguousStrides(shape), 0, true);
}
