/** The device under test, opened once per test file, and plans to run on it. */
import { type Dispatch, type Plan, ShaderBuilder } from "@flambeau/codegen";
import type { DeviceBuffer } from "@flambeau/core";
import { afterAll } from "vitest";
import { openBackend, type WebgpuBackend } from "../../src/backend.js";

/** Opens a device and closes it after the tests of this file. Fails, saying what to install, where there is none. */
export async function openDevice(index = 0): Promise<WebgpuBackend> {
  const backend = await openBackend(index);
  afterAll(() => backend.dispose());
  return backend;
}

export const plan = (...dispatches: Dispatch[]): Plan => ({ dispatches, scratch: [] });

const lanes = 64;

/** out[i] = x[i] * times + plus over n words (integers wrap). */
export function affine(x: DeviceBuffer, out: DeviceBuffer, n: number, times: number, plus: number): Dispatch {
  return {
    key: "test:affine",
    build: () => {
      const k = new ShaderBuilder("affine", lanes);
      const [size, scale, shift] = [k.param("n"), k.param("times"), k.param("plus")];
      const [from, to] = [k.buffer("x", "read"), k.buffer("out", "write")];
      const i = k.let(k.invocation);
      k.if(i.lt(size), () => to.store(i, from.load(i).bits("i32").mul(scale).add(shift).bits("u32")));
      return k.finish();
    },
    buffers: [x, out],
    params: [n, times, plus],
    groups: Math.ceil(n / lanes),
  };
}

/** x[i] = x[i] * times + plus over n words, in place. */
export function affineInPlace(x: DeviceBuffer, n: number, times: number, plus: number): Dispatch {
  return {
    key: "test:affineInPlace",
    build: () => {
      const k = new ShaderBuilder("affineInPlace", lanes);
      const [size, scale, shift] = [k.param("n"), k.param("times"), k.param("plus")];
      const words = k.buffer("x", "write");
      const i = k.let(k.invocation);
      k.if(i.lt(size), () => words.store(i, words.load(i).bits("i32").mul(scale).add(shift).bits("u32")));
      return k.finish();
    },
    buffers: [x],
    params: [n, times, plus],
    groups: Math.ceil(n / lanes),
  };
}

export const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);
export const words = (...list: number[]): Uint8Array => new Uint8Array(Int32Array.from(list).buffer);
export const asWords = (data: Uint8Array<ArrayBuffer>): number[] => [...new Int32Array(data.buffer)];

/** Bytes that repeat with no short period. */
export const pattern = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed * 977, 0x9e3779b1) >>> 24) & 0xff);
