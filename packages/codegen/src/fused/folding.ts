/** Folds of a row's elements: each invocation folds what it walks, and a team's invocations then merge what they hold. */
import type { Fold, MonoidSlot } from "@flambeau/core";
import { convert } from "../elements/convert.js";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import type { Value } from "../ir/value.js";
import { placesOf, typesOf } from "../workgroup.js";
import type { Emitter } from "./emit.js";
import { monoids, type State } from "./monoids.js";
import type { Team } from "./team.js";

/** One fold of a pass within a shader. */
export interface Folding {
  /** What was folded so far. */
  readonly state: State;
  /** Collects the argument, of the element that was computed last. */
  collect(): void;
  /** Folds what was collected: neighbours, of which the first stands at `position`. */
  take(position: Value): void;
  /** Merges what was folded of another part of the row. */
  merge(part: State): void;
  /** Merges what the team's invocations hold, so that all of them hold it. */
  gather(team: Team): void;
  /** Makes the results known. */
  finish(): void;
}

export function foldingOf(k: ShaderBuilder, emitter: Emitter, fold: Fold, type: Type): Folding {
  const { start, take, merge, slots } = monoids[fold.monoid];
  const state = k.variables(start(type), "fold");
  const collected: Value[] = [];

  /** Merges the states of every four neighbours, who then all hold the result. */
  function exchange(): void {
    for (const bits of [1, 2]) {
      const other = state.values.map((value) => {
        const sent = value.type === "bool" ? value.to("u32") : value;
        return convert(sent.shuffleXor(bits), value.type);
      });
      state.set(merge(state.values, other));
    }
  }

  /** Merges across the workgroup what every `each` invocations hold alike. */
  function share(size: number, each: 1 | 4): void {
    const count = size / each;
    const places = placesOf(k, typesOf(state.values), count);
    if (each === 1) places.set(k.lane, state.values);
    else k.if(k.lane.and(3).eq(0), () => places.set(k.lane.shr(2), state.values));
    places.merge(k.lane, count, merge);
    k.barrier();
    state.set(places.at(0));
  }

  return {
    state: state.values,
    collect: () => void collected.push(k.let(convert(emitter.value(fold.arg), type))),
    take: (position) => state.set(take(state.values, collected.splice(0), position, k)),
    merge: (part) => state.set(merge(state.values, part)),
    gather({ size, fours }) {
      if (fours) exchange();
      if (size > 1) share(size, fours ? 4 : 1);
    },
    finish() {
      for (const node of fold.results) {
        const slot = slots[node.p as MonoidSlot];
        if (slot === undefined) throw new Error(`${fold.monoid} has no slot ${String(node.p)}`);
        emitter.set(node, slot(state.values));
      }
    },
  };
}
