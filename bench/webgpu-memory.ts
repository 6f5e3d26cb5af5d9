/**
 * Memory of a training loop on the GPU: 2,000 steps of a small network, each in a scope. Prints what the device holds, what it has
 * taken from the system and how many GPU buffers were made, and exits with status 1 when any of them grew after the warm-up.
 */
import * as fb from "flambeau";

const steps = 2_000;
const every = 200;
const warmup = 10;
const [batch, inputs, hidden, classes] = [64, 64, 128, 10];

const gpu = await fb.open("webgpu");
const { device } = gpu.backend as unknown as { device: { createBuffer(descriptor: object): object } };
let made = 0;
const createBuffer = device.createBuffer.bind(device);
device.createBuffer = (descriptor) => {
  made++;
  return createBuffer(descriptor);
};

fb.setDefaultDevice(gpu);
fb.manualSeed(0);
const model = new fb.nn.Sequential(
  new fb.nn.Linear(inputs, hidden),
  new fb.nn.ReLU(),
  new fb.nn.Dropout(0.1),
  new fb.nn.Linear(hidden, classes),
);
const optimizer = new fb.optim.AdamW(model.parameters(), { lr: 1e-3 });
const criterion = new fb.nn.CrossEntropyLoss();
const x = fb.randn([batch, inputs]);
const y = fb.randint(classes, [batch]);

interface Held {
  readonly liveBuffers: number;
  readonly allocatedBytes: number;
  readonly reservedBytes: number;
  readonly made: number;
}

async function held(): Promise<Held> {
  await gpu.backend.synchronize();
  const { liveBuffers, allocatedBytes, reservedBytes } = gpu.backend.stats();
  return { liveBuffers, allocatedBytes, reservedBytes, made };
}

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0).padStart(6)} KiB`;
const started = performance.now();
let base: Held | null = null;
let grew = false;
for (let step = 1; step <= steps; step++) {
  fb.scope(() => {
    optimizer.zeroGrad();
    criterion.forward(model.forward(x), y).backward();
    optimizer.step();
  });
  if (step === warmup) base = await held();
  if (step % every !== 0) continue;
  const now = await held();
  grew ||= Object.entries(base ?? now).some(([name, before]) => now[name as keyof Held] > before);
  console.log(
    `step ${String(step).padStart(5)}  ${String(now.liveBuffers).padStart(3)} live buffers  ${kib(now.allocatedBytes)} held  ` +
      `${kib(now.reservedBytes)} reserved  ${now.made} GPU buffers made`,
  );
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${(steps / seconds).toFixed(0)} steps/s; memory ${grew ? "grew" : "stayed the same"} after ${warmup} steps`,
);
if (grew) process.exitCode = 1;
