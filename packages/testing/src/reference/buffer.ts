/** Memory of the reference backend: an ArrayBuffer that starts out as garbage and refuses use after `free`. */
import { DisposedError } from "@flambeau/core";
import type { HostBuffer } from "./elements.js";

export class ReferenceBuffer implements HostBuffer {
  #data: ArrayBuffer | null;

  constructor(readonly bytes: number) {
    // Rounded up so that every typed view fits; all ones reads as NaN, -1 or true, so nobody mistakes it for zeros.
    this.#data = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    new Uint8Array(this.#data).fill(0xff);
  }

  get data(): ArrayBuffer {
    if (this.#data === null)
      throw new DisposedError("reference", "expected a live buffer, got one that was freed");
    return this.#data;
  }

  get freed(): boolean {
    return this.#data === null;
  }

  release(): void {
    this.#data = null;
  }
}
