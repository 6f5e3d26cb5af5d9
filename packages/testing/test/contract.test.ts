/** `brokenPromises` passes a backend that keeps its promises, and names each promise that a backend breaks. */
import { type Backend, type DeviceBuffer, FlambeauError, type Launch } from "@flambeau/core";
import { brokenPromises, ReferenceBackend } from "@flambeau/testing";
import { describe, expect, it } from "vitest";

it("the reference backend keeps them", async () => {
  expect(await brokenPromises(new ReferenceBackend(0))).toEqual([]);
});

/** Backends with one fault each. */
const faulty: { readonly [promise: string]: new (index: number) => Backend } = {
  "any bytes may be written": class extends ReferenceBackend {
    override copy(from: DeviceBuffer, a: number, to: DeviceBuffer, b: number, bytes: number): void {
      super.copy(from, a, to, b, bytes - (bytes % 4));
    }
  },
  "no bytes at all": class extends ReferenceBackend {
    override write(buffer: DeviceBuffer, byteOffset: number, data: Uint8Array): void {
      if (byteOffset > buffer.bytes) throw new RangeError("outside");
      super.write(buffer, byteOffset, data);
    }
  },
  "commands run in the order": class extends ReferenceBackend {
    #launch: Launch | null = null;
    override enqueue(launch: Launch): void {
      if (this.#launch !== null) super.enqueue(this.#launch);
      this.#launch = launch;
    }
  },
  "memory that was freed": class extends ReferenceBackend {
    #launch: Launch | null = null;
    override enqueue(launch: Launch): void {
      this.#launch = launch;
    }
    override async read(buffer: DeviceBuffer, at: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
      const launch = this.#launch;
      this.#launch = null;
      if (launch !== null) super.enqueue(launch);
      return super.read(buffer, at, bytes);
    }
  },
  "an error in a kernel": class extends ReferenceBackend {
    override async synchronize(): Promise<void> {}
  },
  "a synchronous read": class extends ReferenceBackend {
    override async read(buffer: DeviceBuffer, at: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
      return super.readSync(buffer, at, bytes);
    }
    override readSync(): never {
      throw new FlambeauError("readSync", "not today");
    }
  },
  "what no buffer can hold": class extends ReferenceBackend {
    override alloc(bytes: number): DeviceBuffer {
      return super.alloc(Math.min(bytes, 100_000));
    }
  },
  "foreign and freed memory": class extends ReferenceBackend {
    override free(): void {}
  },
  "what is counted": class extends ReferenceBackend {
    override stats() {
      return { ...super.stats(), liveBuffers: 0 };
    }
  },
  "a disposed device": class extends ReferenceBackend {
    override dispose(): void {}
  },
};

describe("a broken promise is named:", () => {
  it.each(Object.keys(faulty))("%s …", async (promise) => {
    const broken = await brokenPromises(new (faulty[promise] as new (index: number) => Backend)(0));
    expect(broken.filter((sentence) => sentence.startsWith(promise))).toHaveLength(1);
  });
});
