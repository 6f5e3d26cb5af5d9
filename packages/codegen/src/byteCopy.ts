/** Copies bytes between positions that are no multiples of four, which WebGPU's and Metal's own copies cannot: a small shader does. */
import { ShaderBuilder } from "./ir/builder.js";
import { i32, u32, type Value } from "./ir/value.js";
import type { Dispatch } from "./plan.js";

const lanes = 64;

/** Every invocation owns one word of the target, so that neighbouring bytes can be kept without atomics. */
function build() {
  const k = new ShaderBuilder("byteCopy", lanes);
  const [fromWord, toWord, lastWord] = [k.param("fromWord"), k.param("toWord"), k.param("lastWord")];
  // Bytes of the target's first word before the range, and of the source's first word before it.
  const [toSkip, fromSkip, bytes] = [k.param("toSkip"), k.param("fromSkip"), k.param("bytes")];
  const from = k.buffer("source", "read");
  const to = k.buffer("target", "write");
  const word = k.let(k.invocation, "word");
  // Bytes of the range that lie before this word, negative in the first word.
  const done = k.let(word.mul(4).sub(toSkip), "done");
  k.if(done.lt(bytes), () => {
    const at = k.let(done.add(fromSkip), "at");
    const source = k.let(fromWord.add(at.shr(2)), "source");
    const load = (index: Value) => from.load(index.max(fromWord).min(lastWord));
    const shift = k.let(at.and(3).mul(8).bits("u32"), "shift");
    const [low, high] = [k.let(load(source)), k.let(load(source.add(1)))];
    // A shift by 32 is none: the upper word moves in two steps.
    const moved = low.shr(shift).or(high.shl(u32(31).sub(shift)).shl(1));
    const below = k.let(done.neg().max(0).mul(8).bits("u32"), "below");
    const above = k.let(i32(4).sub(bytes.sub(done)).max(0).mul(8).bits("u32"), "above");
    const mask = k.let(u32(0xffff_ffff).shl(below).and(u32(0xffff_ffff).shr(above)), "mask");
    const target = k.let(toWord.add(word), "target");
    to.store(target, to.load(target).and(mask.not()).or(moved.and(mask)));
  });
  return k.finish();
}

/** `bytes` from `fromByte` of scratch buffer 0 to `toByte` of scratch buffer 1; bytes beside them keep their values. */
export function byteCopy(fromByte: number, toByte: number, bytes: number): Dispatch {
  const [fromWord, toWord] = [Math.floor(fromByte / 4), Math.floor(toByte / 4)];
  const lastWord = Math.floor((fromByte + bytes - 1) / 4);
  const words = Math.floor((toByte + bytes - 1) / 4) - toWord + 1;
  return {
    key: "byteCopy",
    build,
    buffers: [{ scratch: 0 }, { scratch: 1 }],
    params: [fromWord, toWord, lastWord, toByte % 4, fromByte % 4, bytes],
    groups: Math.ceil(words / lanes),
  };
}
