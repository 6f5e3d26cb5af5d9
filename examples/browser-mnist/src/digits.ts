/** The digits that scripts/prepareDigits.ts packed, as tensors on the device. */
import type { Digits, Split } from "@flambeau/example-mnist/digits.js";
import * as fb from "flambeau";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** Digits that are never learned from. */
const HELD_OUT = 2000;

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok || response.body === null)
    throw new Error(`${url} could not be loaded: the server says ${response.status}`);
  const unpacked = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/** Digits `from` up to `to`; brightness is kept as float32 from 0 to 1. */
function split(bytes: Uint8Array, count: number, from: number, to: number): Split {
  const images = fb.scope(() =>
    fb
      .tensor(bytes.subarray(from * PIXELS, to * PIXELS))
      .float()
      .div(255)
      .reshape([to - from, 1, SIDE, SIDE]),
  );
  const labels = fb.tensor(Int32Array.from(bytes.subarray(count * PIXELS + from, count * PIXELS + to)));
  return { images, labels };
}

/** 8,000 digits to learn from and 2,000 others, on the default device. */
export async function loadDigits(url: string): Promise<Digits> {
  const bytes = await download(url);
  const count = bytes.length / (PIXELS + 1);
  const learned = count - HELD_OUT;
  return { train: split(bytes, count, 0, learned), test: split(bytes, count, learned, count) };
}
