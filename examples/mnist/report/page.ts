/** The page around plots and pictures. */
import type { Mistake } from "./mistakes.js";
import { style } from "./style.js";

interface Content {
  readonly model: string;
  readonly parameters: number;
  readonly history: readonly unknown[];
  readonly learnedFrom: number;
  readonly heldOut: number;
  readonly seconds: number;
  readonly images: number;
  /** SVG. */
  readonly plots: { readonly loss: string; readonly accuracy: string; readonly matrix: string };
  readonly wrong: readonly Mistake[];
}

/** Mistakes shown at most; a network that learned nothing makes thousands. */
const MOST = 120;

const number = (value: number): string => Math.round(value).toLocaleString("en");
const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function fact(value: string, name: string): string {
  return `<div><strong>${value}</strong>${name}</div>`;
}

/** A digit and, as bars, what the network thought of it. */
function mistake({ label, guess, guessed, truth, image }: Mistake): string {
  const bar = (kind: string, digit: number, share: number): string =>
    `<span class="bar ${kind}"><b>${digit}</b><i style="width:${(100 * share).toFixed(1)}%"></i></span>`;
  const told = `a ${label}, taken for a ${guess} with ${percent(guessed)}; ${label} got ${percent(truth)}`;
  return (
    `<figure title="${told}"><img src="${image}" alt="${told}" width="28" height="28">` +
    `<figcaption>${bar("guess", guess, guessed)}${bar("truth", label, truth)}</figcaption></figure>`
  );
}

function wrongDigits(wrong: readonly Mistake[]): string {
  if (wrong.length === 0) return "<p>Nothing: every held-out digit was told right.</p>";
  const rest = wrong.length > MOST ? `<p>… and ${number(wrong.length - MOST)} more.</p>` : "";
  return (
    `<p>The ones it was surest of first. Bars: <b class="guess">what it said</b> and <b class="truth">what it is</b>, ` +
    `with the probability it gave to each.</p>` +
    `<div class="wrong">${wrong.slice(0, MOST).map(mistake).join("")}</div>${rest}`
  );
}

/** The whole report as HTML. */
export function page(content: Content): string {
  const { model, parameters, history, learnedFrom, heldOut, seconds, images, plots, wrong } = content;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handwritten digits · Flambeau</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Handwritten digits</h1>
<p>A small convolutional network, trained by Flambeau on the CPU from ${number(learnedFrom)} digits and tested on
${number(heldOut)} that it had never seen.</p>
</header>
<div class="facts">
${fact(percent(1 - wrong.length / heldOut, 2), "of held-out digits right")}
${fact(number(wrong.length), `wrong of ${number(heldOut)}`)}
${fact(`${seconds.toFixed(1)} s`, `for ${history.length} ${history.length === 1 ? "epoch" : "epochs"}`)}
${fact(number(images / seconds), "images per second")}
</div>
<h2>How it learned</h2>
<div class="plots">
<section><h3>Loss</h3>${plots.loss}</section>
<section><h3>Accuracy</h3>${plots.accuracy}</section>
</div>
<p class="note">In training, each digit is moved by up to two pixels and some of what the network computes is dropped
at random, so that held-out digits are the easier ones.</p>
<h2>What it takes for what</h2>
<div class="matrix">${plots.matrix}</div>
<h2>What it got wrong</h2>
${wrongDigits(wrong)}
<h2>The network</h2>
<p>${number(parameters)} parameters.</p>
<pre>${escaped(model)}</pre>
</body>
</html>
`;
}
