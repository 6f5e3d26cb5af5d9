/** Sorting keys: integers whose order is the order wanted, so that every dtype sorts alike. */
import { isNan } from "../functions/bits.js";
import { i32, type Value } from "../ir/value.js";

/** Equal elements get equal keys (0 and -0 too), NaN the greatest; `descending` turns the order round. */
export function keyOf(x: Value, descending: boolean): Value {
  const key = ascending(x);
  return descending ? key.not() : key;
}

function ascending(x: Value): Value {
  if (x.type === "bool") return x.to("i32");
  if (x.type !== "f32") return x;
  const bits = x.eq(0).select(i32(0), x.bits("i32"));
  const ordered = bits.xor(bits.shr(31).and(0x7fffffff));
  return isNan(x).select(i32(0x7fffffff), ordered);
}

/** What is sorted: an element's key, and its place in the line. */
export type Entry = [key: Value, place: Value];

/** Whether one element comes before another: by key, then by place, which makes the order total and the sort stable. */
export const precedes = ([key, place]: Entry, [otherKey, otherPlace]: Entry): Value =>
  key.lt(otherKey).or(key.eq(otherKey).and(place.lt(otherPlace)));
