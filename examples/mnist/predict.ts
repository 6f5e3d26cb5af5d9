/**
 * Loads the network that `train.ts` saved and classifies held-out digits: `predict.ts [--count N] [--model FILE]`.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as fb from "flambeau";
import { loadDigits, SIDE } from "./digits.js";
import { DigitNet } from "./model.js";
import { evaluate } from "./training.js";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "3" },
    model: {
      type: "string",
      default: fileURLToPath(new URL("model.safetensors", import.meta.url)),
    },
  },
});

const shades = " .:-=+*#%@";

/** A digit as text; every other row is left out, since letters are twice as high as wide. */
function draw(image: fb.Tensor): string {
  const pixels = image.reshape([SIDE, SIDE]).arraySync() as number[][];
  return pixels
    .filter((_, y) => y % 2 === 0)
    .map((row) => row.map((v) => shades[Math.min(9, Math.floor(v * 10))]).join(""))
    .join("\n");
}

const model = new DigitNet();
model.loadStateDict(await fb.formats.loadSafetensors(options.model));

const { test } = loadDigits();
const count = Math.min(Number(options.count), test.labels.numel);
const some = { images: test.images.narrow(0, 0, count), labels: test.labels.narrow(0, 0, count) };
const { values, indices } = evaluate(model, some).probabilities.max(1);
for (let i = 0; i < count; i++) {
  console.log(draw(some.images.at(i)));
  console.log(
    `a ${some.labels.at(i).itemSync()}; the network says ${indices.at(i).itemSync()}, with probability ${values.at(i).itemSync().toFixed(4)}\n`,
  );
}
