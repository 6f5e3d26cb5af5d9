import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { backend } from "./support/tensors.js";

const file = new URL("./support/worker.ts", import.meta.url);

it("each thread has a device of its own", async () => {
  const before = backend.stats().liveBuffers;
  const answers = [0, 1, 2].map(async (start) => {
    const worker = new Worker(file, { workerData: { forever: false, start } });
    const [message] = await once(worker, "message");
    await once(worker, "exit");
    return message as unknown;
  });
  expect(await Promise.all(answers)).toEqual(
    [0, 1, 2].map((start) => ({ wrong: 0, last: (start + 199) & 255, liveBuffers: 2 })),
  );
  expect(backend.stats().liveBuffers).toBe(before);
});

it("a thread that is terminated in the middle of its work takes nothing with it", async () => {
  for (let i = 0; i < 5; i++) {
    const worker = new Worker(file, { workerData: { forever: true, start: 0 } });
    await once(worker, "message");
    await new Promise((resolve) => setTimeout(resolve, 20 * i));
    expect(await worker.terminate()).toBe(1);
  }
  const buffer = backend.alloc(1);
  backend.write(buffer, 0, Uint8Array.of(3));
  expect((await backend.read(buffer, 0, 1))[0]).toBe(3);
});
