/** Device memory shared by a tensor and its views. */
import type { DeviceBuffer } from "../backend/backend.js";
import type { Device } from "../backend/registry.js";

/**
 * Handles (tensors, saved values of the tape) are counted here, so that `dispose` frees memory exactly when the last of
 * them says so. Handles that are dropped without `dispose` leave the buffer to the garbage collector.
 */
export class Storage {
  /** Moves with every in-place write; saved values compare it. */
  version = 0;
  buffer: DeviceBuffer | null;
  #handles = 0;

  constructor(
    readonly device: Device,
    readonly bytes: number,
  ) {
    this.buffer = device.backend.alloc(bytes);
  }

  /** How many tensors and saved values share the memory. */
  get handles(): number {
    return this.#handles;
  }

  retain(): void {
    this.#handles++;
  }

  release(): void {
    if (--this.#handles > 0 || this.buffer === null) return;
    this.device.backend.free(this.buffer);
    this.buffer = null;
  }
}
