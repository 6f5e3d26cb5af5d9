/** Loads `model.safetensors`, which `train.ts` wrote, and classifies some held-out digits. */
import { fileURLToPath } from "node:url";
import * as fb from "flambeau";
import { loadDigits, SIDE } from "./digits.js";
import { DigitNet } from "./model.js";

const shades = " .:-=+*#%@";

/** A digit as text, two characters per pixel, every other row left out. */
function draw(image: fb.Tensor): string {
  const pixels = image.reshape([SIDE, SIDE]).arraySync() as number[][];
  const rows = pixels.filter((_, y) => y % 2 === 0);
  return rows.map((row) => row.map((v) => shades[Math.min(9, Math.floor(v * 10))]).join("")).join("\n");
}

const model = new DigitNet();
model.loadStateDict(
  await fb.formats.loadSafetensors(fileURLToPath(new URL("model.safetensors", import.meta.url))),
);
model.eval();

const { test } = loadDigits();
const count = Number(process.argv[2] ?? 3);
const probabilities = fb.noGrad(() => model.forward(test.images.narrow(0, 0, count)).softmax(1));
const { values, indices } = probabilities.max(1);
for (let i = 0; i < count; i++) {
  console.log(draw(test.images.at(i)));
  console.log(
    `class ${indices.at(i).itemSync()} with probability ${values.at(i).itemSync().toFixed(3)}; it is a ${test.labels.at(i).itemSync()}\n`,
  );
}
