/**
 * Trains the digit network on the CPU, tests it on held-out digits, saves it as `model.safetensors` and writes a report,
 * `index.html`.
 */
import { fileURLToPath } from "node:url";
import { SingleBar } from "cli-progress";
import * as fb from "flambeau";
import { shifted } from "./augment.js";
import { loadDigits, type Split } from "./digits.js";
import { DigitNet } from "./model.js";
import { type Epoch, writeReport } from "./report.js";

const EPOCHS = Number(process.env.EPOCHS ?? 12);
const BATCH = 64;
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

fb.manualSeed(0);
const { train, test } = loadDigits();
const model = new DigitNet();
const loader = new fb.data.DataLoader(new fb.data.TensorDataset(train.images, train.labels), {
  batchSize: BATCH,
  shuffle: true,
  dropLast: true,
  seed: 0,
});
const optimizer = new fb.optim.Adam(model.parameters(), { lr: 1e-3 });
const schedule = new fb.optim.OneCycleLR(optimizer, 4e-3, { totalSteps: EPOCHS * loader.length });
const criterion = new fb.nn.CrossEntropyLoss();

console.log(
  `${model}\n${model.parameters().reduce((n, p) => n + p.numel, 0)} parameters, ${train.labels.numel} digits to learn from\n`,
);

/** The classes the model gives to images, in batches so that memory stays small. */
function classify(images: fb.Tensor): fb.Tensor {
  model.eval();
  const classes = fb.noGrad(() => fb.cat(images.split(500).map((part) => model.forward(part).argmax(1))));
  model.train();
  return classes;
}

const accuracyOn = ({ images, labels }: Split): number =>
  classify(images).eq(labels).float().mean().itemSync();

const history: Epoch[] = [];
const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
const bar = new SingleBar({
  format: "epoch {epoch} [{bar}] loss {loss} · accuracy {accuracy} · {rate} images/s · {left} s left",
  hideCursor: true,
  noTTYOutput: true,
  notTTYSchedule: 5000,
});
const steps = EPOCHS * loader.length;
bar.start(steps, 0, { epoch: 1, loss: "–", accuracy: "–", rate: "–", left: "–" });
let step = 0;
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  let [lossSum, right, seen] = [0, 0, 0];
  for (const [images, labels] of loader) {
    const scores = model.forward(shifted(images));
    const loss = criterion.forward(scores, labels);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    schedule.step();
    step++;
    seen += BATCH;
    lossSum += loss.itemSync() * BATCH;
    right += scores.argmax(1).eq(labels).sum().itemSync();
    const each = seconds() / step;
    bar.update(step, {
      epoch,
      loss: (lossSum / seen).toFixed(4),
      accuracy: (right / seen).toFixed(4),
      rate: Math.round(BATCH / each),
      left: Math.round(each * (steps - step)),
    });
  }
  history.push({ epoch, loss: lossSum / seen, trainAccuracy: right / seen, testAccuracy: accuracyOn(test) });
}
bar.stop();
const trained = seconds();

const predicted = classify(test.images);
const accuracy = predicted.eq(test.labels).float().mean().itemSync();
await fb.formats.saveSafetensors(here("model.safetensors"), model.stateDict(), { format: "pt" });
await writeReport(here("index.html"), { history, test, predicted, seconds: trained, images: step * BATCH });
console.log(
  `trained ${step} steps in ${trained.toFixed(1)} s (${Math.round((step * BATCH) / trained)} images/s); see ${here("index.html")}`,
);
console.log(`test accuracy: ${accuracy.toFixed(4)}`);
