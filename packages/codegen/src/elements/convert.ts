/** Values from one type to another. */
import { isReal } from "../functions/bits.js";
import { define } from "../functions/define.js";
import type { Type } from "../ir/types.js";
import { f32, type Value } from "../ir/value.js";

/** float32 to an integer: what no 32-bit integer can hold becomes 0, the rest loses its fraction. */
const floatToInt = define("float_to_int", ["f32"], "i32", (_, x) => {
  const fits = x.ge(f32(-(2 ** 31))).and(x.lt(f32(2 ** 31)));
  return fits.select(x, f32(0)).to("i32");
});

/** A value in another type: integers wrap, floats lose their fraction, what no integer can hold becomes 0. */
export function convert(x: Value, type: Type): Value {
  if (x.type === type) return x;
  if (type === "bool") return x.type === "f32" ? x.bits("u32").and(0x7fffffff).ne(0) : x.ne(0);
  if (x.type !== "f32") return x.to(type);
  if (type === "i32") return floatToInt(x);
  const fits = isReal(x).and(x.abs().lt(2 ** 63));
  return fits.select(x, f32(0)).to(type);
}
