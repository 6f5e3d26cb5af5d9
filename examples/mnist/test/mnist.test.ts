import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fb from "flambeau";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shifted } from "../augment.js";
import { type Digits, loadDigits, SIDE, type Split } from "../digits.js";
import { DigitNet } from "../model.js";
import { type Epoch, writeReport } from "../report/report.js";
import { type Evaluation, evaluate, train } from "../training.js";

let folder: string;
let digits: Digits;
let model: DigitNet;
let result: Evaluation;
const history: Epoch[] = [];

const first = ({ images, labels }: Split, count: number): Split => ({
  images: images.narrow(0, 0, count),
  labels: labels.narrow(0, 0, count),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flambeau-mnist-"));
  const all = loadDigits();
  digits = { train: first(all.train, 640), test: first(all.test, 100) };
  fb.manualSeed(0);
  model = new DigitNet();
  for (const step of train(model, digits.train, { epochs: 3, batchSize: 32, maxLr: 4e-3, seed: 0 })) {
    if (!step.endsEpoch) continue;
    const { loss, accuracy } = evaluate(model, digits.test);
    history.push({
      epoch: step.epoch,
      training: { loss: step.loss, accuracy: step.accuracy },
      heldOut: { loss, accuracy },
    });
  }
  result = evaluate(model, digits.test);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the digits are 8,000 and 2,000 others, shuffled by their seed", () => {
  const { train, test } = loadDigits();
  expect(train.images.shape).toEqual([8000, 1, SIDE, SIDE]);
  expect(test.labels.shape).toEqual([2000]);
  const labels = fb.cat([train.labels, test.labels]);
  expect(labels.bincount().arraySync()).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  expect(loadDigits(0).test.labels.equal(test.labels)).toBe(true);
  expect(loadDigits(1).test.labels.equal(test.labels)).toBe(false);
});

test("an image is moved by whole pixels, at most two, and keeps its ink", () => {
  const dot = fb.zeros(50, 1, SIDE, SIDE);
  dot.set([fb.slice(), 0, 14, 14], 1);
  const moved = shifted(dot);
  const places = moved.nonzero().arraySync() as number[][];
  expect(places).toHaveLength(50);
  const offsets = places.map(([, , y = 0, x = 0]) => [y - 14, x - 14]);
  expect(Math.max(...offsets.flat().map(Math.abs))).toBe(2);
  expect(new Set(offsets.map(String)).size).toBeGreaterThan(10);
});

test("the loss falls and held-out digits are told far better than by chance", () => {
  const [start, , end] = history as [Epoch, Epoch, Epoch];
  expect(end.training.loss).toBeLessThan(0.7 * start.training.loss);
  expect(end.heldOut.loss).toBeLessThan(start.heldOut.loss);
  expect(result.accuracy).toBeGreaterThan(0.7);
});

test("the report stands alone and shows curves, confusions and every mistake", async () => {
  const path = join(folder, "index.html");
  await writeReport(path, {
    model: String(model),
    parameters: 225_034,
    history,
    digits,
    probabilities: result.probabilities,
    seconds: 2,
    images: 1920,
  });
  const html = await readFile(path, "utf8");
  const wrong = Math.round((1 - result.accuracy) * 100);
  expect(html).toContain(`${(100 - wrong).toFixed(2)}%</strong>of held-out digits right`);
  expect(html.match(/<svg /g)).toHaveLength(3);
  expect(html.match(/<figure /g) ?? []).toHaveLength(wrong);
  expect(html).toContain("Conv2d(32, 64");
  // Nothing is fetched: no script, and every address is data or the name of SVG's vocabulary.
  expect(html).not.toContain("<script");
  expect(html.match(/(?:src|href)="(?!data:|#)[^"]*"/g)).toBeNull();
  expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)/);
});

test("the saved network says the same in a new process", async () => {
  const path = join(folder, "model.safetensors");
  await fb.formats.saveSafetensors(path, model.stateDict());
  const program = fileURLToPath(new URL("../predict.ts", import.meta.url));
  const printed = execFileSync(
    process.execPath,
    [...process.execArgv, program, "--count", "20", "--model", path],
    { encoding: "utf8" },
  );
  const said = Array.from(
    printed.matchAll(/^a (\d); the network says (\d), with probability ([\d.]+)$/gm),
    ([, label, guess, probability]) => [Number(label), Number(guess), Number(probability)],
  );
  const { values, indices } = result.probabilities.narrow(0, 0, 20).max(1);
  const here = Array.from({ length: 20 }, (_, i) => [
    digits.test.labels.at(i).itemSync(),
    indices.at(i).itemSync(),
    Number(values.at(i).itemSync().toFixed(4)),
  ]);
  expect(said).toEqual(here);
});
