import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "@flambeau/core";
import { describe, expect, it } from "vitest";

/** All 65536 bit patterns but NaNs, which have one encoding only. */
function* patterns(decode: (bits: number) => number): Generator<[number, number]> {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = decode(bits);
    if (!Number.isNaN(value)) yield [bits, value];
  }
}

const formats = {
  float16: { encode: encodeFloat16, decode: decodeFloat16, infinity: 0x7c00 },
  bfloat16: { encode: encodeBfloat16, decode: decodeBfloat16, infinity: 0x7f80 },
};

describe.each(Object.entries(formats))("%s", (_, { encode, decode, infinity }) => {
  it("gives back every bit pattern", () => {
    for (const [bits, value] of patterns(decode)) {
      if (encode(value) !== bits) expect(encode(value), String(value)).toBe(bits);
    }
  });

  it("rounds between every two neighbours to the nearer, a tie to the even one", () => {
    for (let bits = 0; bits < infinity - 1; bits++) {
      const low = decode(bits);
      const high = decode(bits + 1);
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const got = [encode(middle), encode(low + (high - low) * 0.499), encode(low + (high - low) * 0.501)];
      if (got[0] !== even || got[1] !== bits || got[2] !== bits + 1)
        expect(got).toEqual([even, bits, bits + 1]);
      if (encode(-middle) !== (even | 0x8000)) expect(encode(-middle)).toBe(even | 0x8000);
    }
  });

  it("overflows to infinity from half a step past the greatest value", () => {
    const greatest = decode(infinity - 1);
    const step = greatest - decode(infinity - 2);
    expect(encode(greatest + step / 2)).toBe(infinity);
    expect(encode(greatest + step * 0.499)).toBe(infinity - 1);
    expect(encode(-Infinity)).toBe(infinity | 0x8000);
    expect(encode(Number.MAX_VALUE)).toBe(infinity);
    expect(decode(encode(NaN))).toBeNaN();
  });

  it("rounds what is too small to zero, keeping the sign", () => {
    const least = decode(1);
    expect(encode(least / 2)).toBe(0);
    expect(encode(least * 0.501)).toBe(1);
    expect(encode(-Number.MIN_VALUE)).toBe(0x8000);
    expect(encode(-0)).toBe(0x8000);
  });
});

// Published values of IEEE 754 binary16 and of bfloat16 (the upper half of binary32).
it.each([
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x0400, 2 ** -14],
  [0x0001, 2 ** -24],
  [0x3555, 0.333251953125],
])("float16 bits %i are %d", (bits, value) => expect(decodeFloat16(bits)).toBe(value));

it.each([
  [0x3f80, 1],
  [0x4049, 3.140625],
  [0x0080, 2 ** -126],
  [0xc2f7, -123.5],
])("bfloat16 bits %i are %d", (bits, value) => expect(decodeBfloat16(bits)).toBe(value));
