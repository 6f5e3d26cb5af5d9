/** Bits of constants, as the 64-bit words that scalars are kept in. */
import type { ValueType } from "./instructions.js";

const view = new DataView(new ArrayBuffer(8));

/** The integer that `p` becomes: floats lose their fraction, what is not finite becomes 0. */
const whole = (p: number | bigint): bigint =>
  typeof p === "bigint" ? p : Number.isFinite(p) ? BigInt(Math.trunc(p)) : 0n;

const encoders: { readonly [T in ValueType]: (p: number | bigint) => bigint } = {
  f32: (p) => {
    view.setFloat32(0, Number(p));
    return BigInt(view.getUint32(0));
  },
  f64: (p) => {
    view.setFloat64(0, Number(p));
    return view.getBigUint64(0);
  },
  i32: (p) => BigInt.asUintN(32, whole(p)),
  i64: (p) => BigInt.asUintN(64, whole(p)),
  bool: (p) => (Number(p) === 0 ? 0n : 1n),
};

export const constantBits = (type: ValueType, p: number | bigint): bigint => encoders[type](p);
