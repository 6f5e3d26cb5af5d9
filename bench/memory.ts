/**
 * A training loop that never awaits: 20,000 steps of a small network in one synchronous stretch, in which nothing but
 * the allocator's own collections frees memory. Prints the resident memory as it goes, and exits with status 1 when it has grown by
 * more than the bound since the warm-up.
 */
import { pathToFileURL } from "node:url";
import * as fb from "flambeau";

const steps = 20_000;
const every = 2_000;
/** Memory after this many steps is what later memory is held against. */
const warmup = 4_000;
/** The largest growth that passes, in MiB: more than the collector's budget between two collections moves it by. */
export const bound = 64;

const [batch, inputs, hidden, classes] = [32, 64, 64, 10];
const resident = (): number => process.memoryUsage.rss() / 2 ** 20;

/** Runs the loop; returns the growth after the warm-up in MiB: the most that any later reading lies above it. */
export function growth(report: (line: string) => void): number {
  fb.manualSeed(0);
  const model = new fb.nn.Sequential(
    new fb.nn.Linear(inputs, hidden),
    new fb.nn.ReLU(),
    new fb.nn.Linear(hidden, classes),
  );
  const optimizer = new fb.optim.SGD(model.parameters(), { lr: 0.01 });
  const criterion = new fb.nn.CrossEntropyLoss();
  const x = fb.randn([batch, inputs]);
  const y = fb.randint(classes, [batch]);
  let base = 0;
  let most = 0;
  for (let step = 1; step <= steps; step++) {
    const loss = criterion.forward(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % every !== 0) continue;
    const now = resident();
    if (step === warmup) base = now;
    if (step > warmup) most = Math.max(most, now - base);
    report(`step ${String(step).padStart(6)}  ${now.toFixed(1).padStart(7)} MiB resident`);
  }
  return most;
}

/** Runs the loop and prints what it did; false where memory grew too much. */
export function checkMemory(): boolean {
  const grown = growth(console.log);
  const passed = grown <= bound;
  console.log(
    `growth after ${warmup} steps: ${grown.toFixed(1)} MiB, ${passed ? "within" : "beyond"} the bound of ${bound} MiB`,
  );
  return passed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href && !checkMemory()) process.exitCode = 1;
