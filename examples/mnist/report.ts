/** The report: one page without scripts that shows how training went and where the network errs. */
import { writeFile } from "node:fs/promises";
import type * as fb from "flambeau";
import { PNG } from "pngjs";
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { SIDE, type Split } from "./digits.js";

export interface Epoch {
  readonly epoch: number;
  readonly loss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

export interface Results {
  readonly history: readonly Epoch[];
  readonly test: Split;
  /** The class given to every held-out digit, [N]. */
  readonly predicted: fb.Tensor;
  readonly seconds: number;
  readonly images: number;
}

const draw = (spec: object): Promise<string> =>
  new View(
    parse(
      compile({
        background: "transparent",
        config: { font: "system-ui", axis: { labelFontSize: 12, titleFontSize: 12 } },
        ...spec,
      } as TopLevelSpec).spec,
    ),
    {
      renderer: "none",
    },
  ).toSVG();

const lines = (title: string, values: readonly object[], domain: "zero" | "close"): Promise<string> =>
  draw({
    title,
    width: 380,
    height: 220,
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "epoch", type: "quantitative", axis: { tickMinStep: 1 } },
      y: { field: "value", type: "quantitative", title: null, scale: { zero: domain === "zero" } },
      color: {
        field: "series",
        type: "nominal",
        title: null,
        legend: { orient: "bottom" },
        scale: { range: ["#d9480f", "#1864ab"] },
      },
    },
  });

function confusionMatrix(labels: readonly number[], predicted: readonly number[]): Promise<string> {
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  labels.forEach((label, i) => {
    const row = counts[label] as number[];
    row[predicted[i] as number] = (row[predicted[i] as number] as number) + 1;
  });
  const values = counts.flatMap((row, label) =>
    row.map((count, guess) => ({
      label,
      guess,
      count,
      share:
        count /
        Math.max(
          1,
          row.reduce((a, b) => a + b),
        ),
    })),
  );
  return draw({
    title: "Confusion matrix",
    width: 380,
    height: 380,
    data: { values },
    encoding: {
      x: { field: "guess", type: "ordinal", title: "the network says", axis: { labelAngle: 0 } },
      y: { field: "label", type: "ordinal", title: "it is" },
    },
    layer: [
      {
        mark: "rect",
        encoding: {
          color: {
            field: "share",
            type: "quantitative",
            legend: null,
            scale: { scheme: "oranges", domain: [0, 1] },
          },
        },
      },
      {
        transform: [{ filter: "datum.count > 0" }],
        mark: "text",
        encoding: {
          text: { field: "count" },
          color: { condition: { test: "datum.share > 0.5", value: "white" }, value: "#333" },
        },
      },
    ],
  });
}

/** A digit as a picture that a page can hold. */
function picture(pixels: Float32Array): string {
  const png = new PNG({ width: SIDE, height: SIDE, colorType: 0 });
  for (const [i, value] of pixels.entries()) {
    const grey = 255 - Math.round(value * 255);
    png.data.set([grey, grey, grey, 255], 4 * i);
  }
  return `data:image/png;base64,${PNG.sync.write(png, { colorType: 0 }).toString("base64")}`;
}

/** Writes the report to a file. */
export async function writeReport(
  path: string,
  { history, test, predicted, seconds, images }: Results,
): Promise<void> {
  const labels = Array.from(await test.labels.data(), Number);
  const guesses = Array.from(await predicted.data(), Number);
  const pixels = (await test.images.data()) as Float32Array;
  const wrong = labels.flatMap((label, i) =>
    label === guesses[i]
      ? []
      : [
          {
            label,
            guess: guesses[i] as number,
            image: pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE),
          },
        ],
  );
  const accuracy = 1 - wrong.length / labels.length;
  const [loss, accuracies, confusion] = await Promise.all([
    lines(
      "Loss",
      history.map(({ epoch, loss: value }) => ({ epoch, value, series: "training" })),
      "zero",
    ),
    lines(
      "Accuracy",
      history.flatMap(({ epoch, trainAccuracy, testAccuracy }) => [
        { epoch, value: trainAccuracy, series: "training (moved digits)" },
        { epoch, value: testAccuracy, series: "held out" },
      ]),
      "close",
    ),
    confusionMatrix(labels, guesses),
  ]);
  const facts: [string, string][] = [
    [accuracy.toFixed(4), "held-out accuracy"],
    [`${wrong.length} of ${labels.length}`, "wrong"],
    [`${seconds.toFixed(1)} s`, "training time"],
    [Math.round(images / seconds).toLocaleString("en"), "images per second"],
  ];
  await writeFile(
    path,
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handwritten digits · Flambeau</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 960px; padding: 2rem 1rem; color: #222; background: #fffdf9; }
  h1 { margin: 0; } h2 { margin: 2.5rem 0 0.5rem; }
  .facts { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; }
  .facts div { background: #fff4e6; border-radius: 0.75rem; padding: 0.75rem 1.25rem; flex: 1; min-width: 8rem; }
  .facts strong { display: block; font-size: 1.6rem; color: #d9480f; }
  .plots { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between; }
  .plots svg { max-width: 100%; height: auto; }
  .wrong { display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 0.75rem; }
  figure { margin: 0; text-align: center; font-size: 0.8rem; }
  figure img { width: 100%; image-rendering: pixelated; border: 1px solid #eee; border-radius: 0.4rem; }
  figure b { color: #d9480f; }
</style>
</head>
<body>
<h1>Handwritten digits</h1>
<p>A small convolutional network, trained with Flambeau on the CPU from ${(10000 - labels.length).toLocaleString("en")} digits and tested on ${labels.length.toLocaleString("en")} it had never seen.</p>
<div class="facts">${facts.map(([value, name]) => `<div><strong>${value}</strong>${name}</div>`).join("")}</div>
<h2>Training</h2>
<div class="plots">${loss}${accuracies}</div>
<h2>Which digits it takes for which</h2>
<div class="plots">${confusion}</div>
<h2>What it got wrong</h2>
<div class="wrong">${wrong.map(({ label, guess, image }) => `<figure><img src="${picture(image)}" alt="a ${label}"><figcaption>a ${label}, taken for <b>${guess}</b></figcaption></figure>`).join("")}</div>
</body>
</html>
`,
  );
}
