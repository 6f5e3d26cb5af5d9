/**
 * Philox4x32-10, the counter-based generator behind every random number (Salmon, Moraes, Dror, Shaw: "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011).
 */
import type { Element } from "./elements.js";

export type Words = readonly [number, number, number, number];

const multipliers = [0xd2511f53n, 0xcd9e8d57n] as const;
const keySteps = [0x9e3779b9, 0xbb67ae85] as const;
const rounds = 10;

/** Four random 32-bit words for a counter and a key. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const p = multipliers[0] * BigInt(a);
    const q = multipliers[1] * BigInt(c);
    [a, b, c, d] = [(high(q) ^ b ^ k0) >>> 0, low(q), (high(p) ^ d ^ k1) >>> 0, low(p)];
    k0 = (k0 + keySteps[0]) >>> 0;
    k1 = (k1 + keySteps[1]) >>> 0;
  }
  return [a, b, c, d];
}

const low = (value: bigint): number => Number(BigInt.asUintN(32, value));
const high = (value: bigint): number => Number(BigInt.asUintN(32, value >> 32n));

/** Where a `rand` node's number comes from. */
export interface RandSite {
  readonly seed: Element;
  readonly offset: Element;
  readonly stream: number;
  /** Row-major position over all dimensions of the launch. */
  readonly index: number;
}

function block(site: RandSite, index: number): Words {
  const seed = BigInt.asUintN(64, BigInt(site.seed));
  const offset = BigInt.asUintN(64, BigInt(site.offset));
  const at = BigInt(index);
  const lane = (high(offset) + Math.imul(site.stream, 0x9e3779b9)) >>> 0;
  return philox([low(at), high(at), low(offset), lane], [low(seed), high(seed)]);
}

/** One 32-bit word: four neighbouring positions share a block. */
export const randWord = (site: RandSite): number => block(site, Math.floor(site.index / 4))[site.index % 4]!;

/** Two words, the more significant first: two neighbouring positions share a block. */
export function randPair(site: RandSite): readonly [number, number] {
  const words = block(site, Math.floor(site.index / 2));
  return site.index % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]];
}

/** Uniform in [0, 1) with 24 bits. */
export const uniform32 = (site: RandSite): number => (randWord(site) >>> 8) * 2 ** -24;

/** Uniform in [0, 1) with 53 bits. */
export function uniform64(site: RandSite): number {
  const [hi, lo] = randPair(site);
  return (hi * 2 ** 21 + (lo >>> 11)) * 2 ** -53;
}

/** 31 random bits. */
export const bits31 = (site: RandSite): number => randWord(site) >>> 1;

/** 63 random bits. */
export function bits63(site: RandSite): bigint {
  const [hi, lo] = randPair(site);
  return ((BigInt(hi) << 32n) | BigInt(lo)) >> 1n;
}
