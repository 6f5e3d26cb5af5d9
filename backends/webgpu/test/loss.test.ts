import { DeviceError, DisposedError } from "@flambeau/core";
import { afterAll, describe, expect, it } from "vitest";
import { openBackend } from "../src/backend.js";
import { affineInPlace, asWords, plan, words } from "./support/device.js";

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
process.on("unhandledRejection", note);
afterAll(async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

describe("two devices", () => {
  it("are independent", async () => {
    const [first, second] = await Promise.all([openBackend(0), openBackend(1)]);
    expect([first.index, second.index]).toEqual([0, 1]);
    expect(first.device).not.toBe(second.device);
    const [a, b] = [first.alloc(4), second.alloc(4)];
    first.write(a, 0, words(1));
    second.write(b, 0, words(10));
    for (let i = 0; i < 100; i++) {
      first.runtime.run(plan(affineInPlace(a, 1, 1, 1)));
      second.runtime.run(plan(affineInPlace(b, 1, 1, 2)));
    }
    expect(() => second.runtime.run(plan(affineInPlace(a, 1, 1, 1)))).toThrow(/another device's/);
    expect(() => first.copy(a, 0, b, 0, 4)).toThrow(DeviceError);
    first.dispose();
    expect(asWords(await second.read(b, 0, 4))).toEqual([210]);
    second.dispose();
  });
});

describe("a lost device", () => {
  it("rejects pending reads and every later call, saying why", async () => {
    const backend = await openBackend(3);
    const x = backend.alloc(4);
    backend.write(x, 0, words(1));
    for (let i = 0; i < 500; i++) backend.runtime.run(plan(affineInPlace(x, 1, 1, 1)));
    const pending = [backend.read(x, 0, 4), backend.synchronize()];
    backend.device.destroy();
    for (const read of pending) {
      await expect(read).rejects.toThrow(DeviceError);
      await expect(read).rejects.toThrow(/webgpu:3 was lost: ./);
    }
    await backend.device.lost;
    expect(() => backend.alloc(4)).toThrow("alloc: webgpu:3 was lost: ");
    expect(() => backend.write(x, 0, words(1))).toThrow(DeviceError);
    expect(() => backend.copy(x, 0, x, 0, 4)).toThrow(DeviceError);
    await expect(backend.read(x, 0, 4)).rejects.toThrow(DeviceError);
    await expect(backend.synchronize()).rejects.toThrow(DeviceError);
    backend.free(x);
    backend.dispose();
  });
});

describe("a disposed device", () => {
  it("says so to pending reads and later calls, and may be disposed again", async () => {
    const backend = await openBackend(0);
    const x = backend.alloc(4);
    const pending = backend.read(x, 0, 4);
    backend.dispose();
    await expect(pending).rejects.toThrow(DisposedError);
    expect(() => backend.alloc(4)).toThrow("alloc: webgpu:0 was disposed before this use");
    await expect(backend.read(x, 0, 4)).rejects.toThrow(DisposedError);
    backend.dispose();
  });
});
