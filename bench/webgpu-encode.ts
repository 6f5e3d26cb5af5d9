/**
 * What an operator on WebGPU costs in JavaScript: from the call to the encoded dispatch, with warm caches; a long sum takes two.
 * Single calls are timed, since now and then one submits a batch; the median tells the cost of the others.
 */
import * as fb from "flambeau";
import { median } from "./harness/statistics.js";

const warmup = 2_000;
const calls = 20_000;

interface Case {
  readonly name: string;
  readonly run: () => fb.Tensor;
}

function cases(): readonly Case[] {
  const [x, y] = [fb.randn([64, 64]), fb.randn([64, 64])];
  const long = fb.randn([100_000]);
  return [
    { name: "x.add(y)", run: () => x.add(y) },
    { name: "x.softmax(-1)", run: () => x.softmax(-1) },
    { name: "x.matmul(y)", run: () => x.matmul(y) },
    { name: "long.sum()", run: () => long.sum() },
  ];
}

/** Prints the median µs per operator; or, where no device can be opened, why not. */
export async function encodeCost(): Promise<void> {
  let device: fb.Device;
  try {
    device = await fb.open("webgpu");
  } catch (error) {
    if (!(error instanceof fb.BackendUnavailableError)) throw error;
    console.log(error.message);
    return;
  }
  const before = fb.defaultDevice();
  fb.setDefaultDevice(device);
  for (const { name, run } of cases()) {
    const times: number[] = [];
    for (let i = 0; i < warmup + calls; i++) {
      const start = performance.now();
      run().dispose();
      if (i >= warmup) times.push(1e3 * (performance.now() - start));
      // The device works through what was submitted, so that the queue does not grow without bound.
      if (i % 1_000 === 0) await device.backend.synchronize();
    }
    console.log(`${name.padEnd(20)} ${median(times).toFixed(1)} µs`);
  }
  fb.setDefaultDevice(before);
}
