import { expect, it } from "vitest";
import { bits31, bits63, philox, randWord, uniform32, uniform64 } from "../src/reference/philox.js";

const ones = 0xffffffff;

// Known-answer vectors of Random123 (kat_vectors, philox4x32 10).
it.each([
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [ones, ones, ones, ones],
    key: [ones, ones],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const)("philox4x32-10 of counter $counter", ({ counter, key, words }) => {
  expect(philox(counter, key)).toEqual(words);
});

const site = (index: number) => ({ seed: 0n, offset: 0n, stream: 0, index });

it("gives four neighbouring positions the four words of one block", () => {
  const words = [0, 1, 2, 3].map((index) => randWord(site(index)));
  expect(words).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  expect(randWord(site(4))).toBe(philox([1, 0, 0, 0], [0, 0])[0]);
});

it("keys by seed, counts by offset and stream", () => {
  const seed = 0x0123456789abcdefn;
  const offset = 0x2_0000_0007n;
  const lane = (2 + 3 * 0x9e3779b9) % 2 ** 32;
  expect(randWord({ seed, offset, stream: 3, index: 9 })).toBe(
    philox([2, 0, 7, lane], [0x89abcdef, 0x01234567])[1],
  );
});

it("makes 24 and 53 bits of a uniform number, 31 and 63 of an integer", () => {
  expect(uniform32(site(0))).toBe((0x6627e8d5 >>> 8) / 2 ** 24);
  expect(uniform64(site(1))).toBe((0xbc57ac4c * 2 ** 21 + (0x9b00dbd8 >>> 11)) / 2 ** 53);
  expect(bits31(site(0))).toBe(0x6627e8d5 >>> 1);
  expect(bits63(site(0))).toBe(0x6627e8d5e169c58dn >> 1n);
});
