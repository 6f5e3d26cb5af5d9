/** Philox 4x32-10 (Salmon et al., SC 2011): four random words from a counter and a key. */
import type { Code } from "../ir/builder.js";
import type { Value } from "../ir/value.js";

const multipliers = [0xd2511f53, 0xcd9e8d57] as const;
const keySteps = [0x9e3779b9, 0xbb67ae85] as const;
const rounds = 10;

export type Words4 = readonly [Value, Value, Value, Value];

export function philox(code: Code, counter: Words4, key: readonly [Value, Value]): Words4 {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const [m0, m1] = multipliers;
    const [high0, high1] = [a.mulhi(m0), c.mulhi(m1)];
    const next = [high1.xor(b).xor(k0), c.mul(m1), high0.xor(d).xor(k1), a.mul(m0)].map((x) => code.let(x));
    [a, b, c, d] = next as unknown as Words4;
    k0 = code.let(k0.add(keySteps[0]));
    k1 = code.let(k1.add(keySteps[1]));
  }
  return [a, b, c, d];
}
