/** Assigns registers: tiles of a pass are reused as soon as their last reader has run. */
import { type Code, type Instruction, levels, shapes, type Value } from "./code.js";
import { firstStructural, opcodeOf, typeBytes } from "./instructions.js";

export interface Registers {
  /** By value index: a tile slot, or for uniform values a scalar slot; separate files for rows and tiles. */
  readonly slots: readonly number[];
  readonly tileSlots: number;
  readonly rowSlots: number;
  readonly tileScalars: number;
  readonly rowScalars: number;
  /** Bytes per element of a tile slot. */
  readonly width: number;
}

/** The last instruction of `section` that reads each value. */
export function lastReads(section: readonly Instruction[]): Map<Value, number> {
  const last = new Map<Value, number>();
  section.forEach((instruction, i) => {
    for (const arg of instruction.args) last.set(arg, i);
  });
  return last;
}

export const isShared = (value: Value): boolean => value.level !== levels.tile;

export function assignRegisters(code: Code): Registers {
  const slots = new Array<number>(code.values.length).fill(0);
  let rowSlots = 0;
  let tileScalars = 0;
  let rowScalars = 0;
  let width = 1;
  for (const value of code.values) {
    if (value.shape === shapes.uniform) {
      slots[value.index] = isShared(value) ? rowScalars++ : tileScalars++;
      continue;
    }
    width = Math.max(width, typeBytes[value.type]);
    if (isShared(value)) slots[value.index] = rowSlots++;
  }
  let tileSlots = 0;
  const lifetimes = code.resident
    ? [code.passes.flatMap(({ element, row }) => [...element, ...row])]
    : code.passes.map(({ element }) => element);
  for (const section of lifetimes) tileSlots = Math.max(tileSlots, assignTiles(section, slots));
  return { slots, tileSlots, rowSlots, tileScalars, rowScalars, width };
}

/** Slots of the tiles that are made in one lifetime, a pass or all of them; returns how many it takes. */
function assignTiles(section: readonly Instruction[], slots: number[]): number {
  const last = lastReads(section);
  const free: number[] = [];
  let count = 0;
  const isTile = (value: Value): boolean => value.shape !== shapes.uniform && !isShared(value);
  section.forEach((instruction, i) => {
    const { result, args } = instruction;
    const ending = [...new Set(args)].filter((arg) => isTile(arg) && last.get(arg) === i);
    const release = (values: readonly Value[]): void => {
      for (const value of values) free.push(slots[value.index]!);
    };
    // An element-by-element instruction may write over an argument of the same width.
    const plain = opcodeOf[instruction.name] < firstStructural;
    const over = ending.filter(
      (arg) => plain && result !== null && typeBytes[arg.type] === typeBytes[result.type],
    );
    release(over);
    if (result !== null && isTile(result)) {
      slots[result.index] = free.pop() ?? count++;
      if (!last.has(result)) free.push(slots[result.index]!);
    }
    release(ending.filter((arg) => !over.includes(arg)));
  });
  return count;
}
