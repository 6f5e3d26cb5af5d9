/** Runs commands until told to stop: the other side of the worker tests. */
import { parentPort, workerData } from "node:worker_threads";
import { openCpu } from "../../src/index.js";

const device = openCpu();
const { forever, start } = workerData as { forever: boolean; start: number };
const size = 1 << 16;
const from = device.alloc(size);
const to = device.alloc(size);

function round(i: number): number {
  device.write(from, 0, new Uint8Array(size).fill(i));
  device.copy(from, 0, to, 0, size);
  return device.readSync(to, size - 1, 1)[0]!;
}

if (forever) {
  parentPort!.postMessage("started");
  for (let i = 0; ; i++) {
    round(i & 255);
    void device.read(to, 0, size);
  }
}
let wrong = 0;
for (let i = 0; i < 200; i++) if (round((start + i) & 255) !== ((start + i) & 255)) wrong++;
const last = await device.read(to, 0, 1);
parentPort!.postMessage({ wrong, last: last[0], liveBuffers: device.stats().liveBuffers });
