/** Which values may be written straight to an output instead of being copied there when they are stored. */
import { type Code, type Instruction, levels, shapes, type Value } from "./code.js";
import { firstStructural, opcodeOf, storageOf } from "./instructions.js";
import { lastReads } from "./registers.js";

export interface Binding {
  readonly output: number;
  /** Inputs still read after the value is written: they must not share the output's memory. */
  readonly hazards: bigint;
}

/** Adds `bind` instructions to every pass; returns what the launch has to check. */
export function bindOutputs(code: Code): Binding[] {
  const bindings: Binding[] = [];
  for (const pass of code.passes) bindPass(code, pass.element, bindings);
  return bindings;
}

function bindPass(code: Code, section: Instruction[], bindings: Binding[]): void {
  const last = lastReads(section);
  const madeAt = new Map<Value, number>();
  section.forEach(({ result }, i) => void (result && madeAt.set(result, i)));
  const bound = new Map<number, Instruction>();
  for (const store of section) {
    if (store.name !== "store" || store.shape !== shapes.element) continue;
    const value = store.args[0]!;
    const at = madeAt.get(value);
    if (at === undefined || bound.has(at) || value.level !== levels.tile || value.shape !== shapes.element)
      continue;
    if (opcodeOf[section[at]!.name] >= firstStructural) continue;
    if (code.outputs[store.operand] !== storageOf[value.type]) continue;
    let hazards = 0n;
    section.forEach((load, i) => {
      if (load.name !== "load" || load.result === null) return;
      if (i > at || (last.get(load.result) ?? i) > at) hazards |= 1n << BigInt(load.operand);
    });
    bindings.push({ output: store.operand, hazards: BigInt.asUintN(64, hazards) });
    bound.set(at, {
      name: "bind",
      type: value.type,
      shape: shapes.element,
      result: value,
      args: [],
      operand: store.operand,
      immediate: 0n,
    });
  }
  for (const at of [...bound.keys()].sort((a, b) => b - a)) section.splice(at, 0, bound.get(at)!);
}
