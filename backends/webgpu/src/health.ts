/** Whether a device still works: errors that WebGPU reports on its own, and the loss of the device. */
import { DeviceError, DisposedError, FlambeauError, OutOfMemoryError } from "@flambeau/core";

export class Health {
  private lost: string | null = null;
  private reported: ((op: string) => FlambeauError) | null = null;
  private disposed = false;

  /** `name` as in "webgpu:0". */
  constructor(
    device: GPUDevice,
    private readonly name: string,
  ) {
    device.onuncapturederror = (event) => {
      event.preventDefault?.();
      const { error } = event;
      if (error.constructor.name === "GPUOutOfMemoryError") this.outOfMemory(error.message);
      else this.reported ??= (op) => new FlambeauError(op, error.message);
    };
    void device.lost.then(({ reason, message }) => {
      this.lost = message === "" ? reason : message;
    });
  }

  /** The device had no memory for something: the next read says so. */
  outOfMemory(message: string): void {
    this.reported ??= (op) => new OutOfMemoryError(op, message);
  }

  /** Throws DisposedError or DeviceError when the device is gone. */
  checkOpen(op: string): void {
    if (this.disposed) throw new DisposedError(op, `${this.name} was disposed before this use`);
    if (this.lost !== null) throw new DeviceError(op, `${this.name} was lost: ${this.lost}`);
  }

  /** Throws what WebGPU reported since the last call; results since then cannot be trusted. */
  checkReported(op: string): void {
    const { reported } = this;
    if (reported === null) return;
    this.reported = null;
    throw reported(op);
  }

  /** The error to throw after WebGPU refused to map a buffer with `cause`. */
  async refused(op: string, cause: unknown): Promise<unknown> {
    // The loss of a device is announced in a task of its own, which may come after those of the reads that it ends.
    if (this.lost === null) await new Promise((resolve) => setTimeout(resolve, 0));
    try {
      this.checkOpen(op);
      this.checkReported(op);
    } catch (error) {
      return error;
    }
    return new FlambeauError(op, cause instanceof Error ? cause.message : String(cause), { cause });
  }

  dispose(): void {
    this.disposed = true;
  }
}
