/**
 * Trains the digit network on the CPU, tests it on held-out digits, saves it as `model.safetensors` and writes a report,
 * `index.html`. `--epochs N` trains for longer or shorter; `--out FOLDER` writes elsewhere.
 */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as fb from "flambeau";
import { loadDigits } from "./digits.js";
import { DigitNet } from "./model.js";
import { startProgress } from "./progress.js";
import { type Epoch, writeReport } from "./report/report.js";
import { evaluate, train } from "./training.js";

const { values: options } = parseArgs({
  options: {
    epochs: { type: "string", default: "20" },
    out: { type: "string", default: fileURLToPath(new URL(".", import.meta.url)) },
  },
});
const schedule = { epochs: Number(options.epochs), batchSize: 128, maxLr: 6e-3, seed: 0 };
const place = (name: string): string => resolve(options.out, name);

fb.manualSeed(0);
const digits = loadDigits();
const model = new DigitNet();
const parameters = model.parameters().reduce((sum, { numel }) => sum + numel, 0);
console.log(`${model}\n`);
console.log(
  `${parameters.toLocaleString("en")} parameters; ${digits.train.labels.numel} digits to learn from, ${digits.test.labels.numel} held out`,
);

const history: Epoch[] = [];
let images = 0;
const started = performance.now();
const progress = startProgress();
for (const step of train(model, digits.train, schedule)) {
  images = step.seen;
  progress.step(step);
  if (!step.endsEpoch) continue;
  const heldOut = evaluate(model, digits.test);
  history.push({
    epoch: step.epoch,
    training: { loss: step.loss, accuracy: step.accuracy },
    heldOut: { loss: heldOut.loss, accuracy: heldOut.accuracy },
  });
  progress.epoch(step, heldOut.accuracy);
}
progress.stop();
const seconds = (performance.now() - started) / 1000;

const { accuracy, probabilities } = evaluate(model, digits.test);
await mkdir(options.out, { recursive: true });
await fb.formats.saveSafetensors(place("model.safetensors"), model.stateDict(), { format: "pt" });
await writeReport(place("index.html"), {
  model: String(model),
  parameters,
  history,
  digits,
  probabilities,
  seconds,
  images,
});

console.log(
  `trained in ${seconds.toFixed(1)} s, ${Math.round(images / seconds).toLocaleString("en")} images/s`,
);
console.log(`network: ${place("model.safetensors")}\nreport:  ${place("index.html")}`);
console.log(`test accuracy: ${accuracy.toFixed(4)}`);
