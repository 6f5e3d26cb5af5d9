/** What the invocations of a workgroup hold for each other, several values to a place. */
import type { ShaderBuilder } from "./ir/builder.js";
import type { Type } from "./ir/types.js";
import type { Like, Value } from "./ir/value.js";

/** Arrays in workgroup memory that are read and written together. */
export interface Places {
  at(place: Like): Value[];
  set(place: Like, values: readonly Value[]): void;
  /** Merges `count` neighbours, of which each invocation is number `at`, into the first of them. */
  merge(at: Value, count: number, merged: (a: Value[], b: Value[]) => readonly Value[]): void;
}

export function placesOf(k: ShaderBuilder, types: readonly Type[], length: number): Places {
  const arrays = types.map((type) => k.shared(type, length));
  const at = (place: Like): Value[] => arrays.map((array) => k.let(array.at(place)));
  const set = (place: Like, values: readonly Value[]): void => {
    for (const [i, array] of arrays.entries()) array.set(place, values[i] as Value);
  };
  return {
    at,
    set,
    merge(own, count, merged) {
      for (let reach = count >> 1; reach > 0; reach >>= 1) {
        k.barrier();
        k.if(own.lt(reach), () => {
          const both = merged(at(k.lane), at(k.lane.add(reach)));
          set(
            k.lane,
            both.map((value) => k.let(value)),
          );
        });
      }
    },
  };
}

export const typesOf = (values: readonly Value[]): Type[] => values.map(({ type }) => type);
