/**
 * The Philox4x32-10 block function on the host: four 32-bit words from a 128-bit counter and a 64-bit key (Salmon, Moraes,
 * Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Pure, so any block can be had in any order.
 */
const multiplierA = 0xd2511f53;
const multiplierB = 0xcd9e8d57;
const keyStepA = 0x9e3779b9;
const keyStepB = 0xbb67ae85;
const rounds = 10;

/** The upper 32 bits of the 64-bit product of two words, from products of halves that a double holds exactly. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle = aLow * bHigh + (cross % 0x10000);
  return (aHigh * bHigh + Math.floor(cross / 0x10000) + Math.floor(middle / 0x10000)) >>> 0;
}

/**
 * Four random words. Counter and key words are taken modulo 2^32, least significant first; the words are written to
 * `out`, which may be reused from call to call, and returned in it.
 */
export function philox4x32(
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
  out: Uint32Array = new Uint32Array(4),
): Uint32Array {
  let a = counter[0]! >>> 0;
  let b = counter[1]! >>> 0;
  let c = counter[2]! >>> 0;
  let d = counter[3]! >>> 0;
  let keyA = key[0]! >>> 0;
  let keyB = key[1]! >>> 0;
  for (let round = 0; round < rounds; round++) {
    const nextA = multiplyHigh(multiplierB, c) ^ b ^ keyA;
    const nextC = multiplyHigh(multiplierA, a) ^ d ^ keyB;
    b = Math.imul(multiplierB, c) >>> 0;
    d = Math.imul(multiplierA, a) >>> 0;
    a = nextA >>> 0;
    c = nextC >>> 0;
    keyA = (keyA + keyStepA) >>> 0;
    keyB = (keyB + keyStepB) >>> 0;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
  return out;
}
