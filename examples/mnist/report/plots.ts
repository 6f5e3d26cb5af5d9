/** Plots as plain SVG, drawn by Vega without a browser. */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Epoch } from "./report.js";

const orange = "#d9480f";
const blue = "#1864ab";
const ink = "#343a40";
const pale = "#868e96";

const look = {
  background: "transparent",
  config: {
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: {
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: "normal",
      labelColor: ink,
      titleColor: pale,
      gridColor: "#f1e8dd",
      domainColor: "#ced4da",
      tickColor: "#ced4da",
    },
    legend: { labelFontSize: 13, labelColor: ink, labelLimit: 0, symbolStrokeWidth: 3 },
  },
} as const;

/** `spec` as SVG that a screen reader calls `label`. */
async function draw(label: string, spec: object): Promise<string> {
  const { spec: vega } = compile({ ...look, ...spec } as TopLevelSpec);
  const svg = await new View(parse(vega), { renderer: "none" }).toSVG();
  return svg.replace("<svg ", `<svg role="img" aria-label="${label}" `);
}

/** Some ten whole numbers from 1 to `last`. */
function wholeTicks(last: number): number[] {
  const step = Math.ceil(last / 10);
  return Array.from({ length: Math.ceil(last / step) }, (_, i) => last - i * step).filter((n) => n >= 1);
}

/** One measure over the epochs, in training and held out. */
export function curves(
  label: string,
  history: readonly Epoch[],
  measure: "loss" | "accuracy",
): Promise<string> {
  const values = history.flatMap(({ epoch, training, heldOut }) => [
    { epoch, value: training[measure], series: "training, on moved digits" },
    { epoch, value: heldOut[measure], series: "held out" },
  ]);
  const last = history.at(-1)?.heldOut[measure] ?? 0;
  // Accuracies above 0.9 are told apart only where the axis does not begin at 0.
  const domain = measure === "accuracy" ? { domain: [last > 0.95 ? 0.9 : 0, 1] } : { domainMin: 0 };
  return draw(`${label} by epoch`, {
    width: 400,
    height: 240,
    data: { values },
    mark: { type: "line", point: { size: 24 }, strokeWidth: 2, clip: measure === "accuracy" },
    encoding: {
      x: {
        field: "epoch",
        type: "quantitative",
        title: "epoch",
        axis: { values: wholeTicks(history.length), format: "d", grid: false },
        scale: { domain: [1, Math.max(2, history.length)], nice: false, padding: 5 },
      },
      y: { field: "value", type: "quantitative", title: null, scale: domain, axis: { domain: false } },
      color: {
        field: "series",
        type: "nominal",
        title: null,
        legend: { orient: "top" },
        scale: { range: [orange, blue] },
        sort: null,
      },
    },
  });
}

/** How often each digit was taken for each: right answers in grey, mistakes in orange. */
export function confusion(labels: readonly number[], guesses: readonly number[]): Promise<string> {
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  for (const [i, label] of labels.entries()) {
    const row = counts[label] as number[];
    const guess = guesses[i] as number;
    row[guess] = (row[guess] as number) + 1;
  }
  const values = counts.flatMap((row, label) =>
    row.map((count, guess) => ({ label, guess, count, right: label === guess })),
  );
  const mostWrong = Math.max(1, ...values.map(({ right, count }) => (right ? 0 : count)));
  return draw("How often each digit was taken for each", {
    width: { step: 42 },
    height: { step: 42 },
    data: { values },
    encoding: {
      x: {
        field: "guess",
        type: "ordinal",
        title: "the network says",
        axis: { orient: "top", labelAngle: 0, domain: false, ticks: false },
      },
      y: { field: "label", type: "ordinal", title: "it is", axis: { domain: false, ticks: false } },
    },
    layer: [
      {
        transform: [{ filter: "datum.right || datum.count === 0" }],
        mark: { type: "rect", cornerRadius: 4, stroke: "#fffdf9", strokeWidth: 2 },
        encoding: { color: { condition: { test: "datum.right", value: "#e9ecef" }, value: "#f8f4ee" } },
      },
      {
        transform: [{ filter: "!datum.right && datum.count > 0" }],
        mark: { type: "rect", cornerRadius: 4, stroke: "#fffdf9", strokeWidth: 2 },
        encoding: {
          color: {
            field: "count",
            type: "quantitative",
            legend: null,
            scale: { domain: [0, mostWrong], range: ["#ffe8cc", orange] },
          },
        },
      },
      {
        transform: [{ filter: "datum.count > 0" }],
        mark: { type: "text", fontSize: 13 },
        encoding: {
          text: { field: "count" },
          color: {
            condition: { test: `!datum.right && datum.count > ${mostWrong / 2}`, value: "white" },
            value: ink,
          },
        },
      },
    ],
  });
}
