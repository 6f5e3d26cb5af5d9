/** The words of a kernel, as native/fused/compile.cpp reads them. */

import { dtypeCodes } from "../queue.js";
import { type Binding, bindOutputs } from "./bindings.js";
import { type Code, type Instruction, shapes } from "./code.js";
import { costOf, firstStructural, monoidCodes, opcodeOf, typeCodes } from "./instructions.js";
import type { Layout } from "./plan.js";
import { assignRegisters, isShared } from "./registers.js";

/** What all tiles of a kernel should take of the first-level cache. */
const cacheBytes = 20 * 1024;

/** Elements a tile of this code may have. */
export function tileCapacity(code: Code): number {
  const { tileSlots, width } = assignRegisters(code);
  const operands = code.inputs.length + code.outputs.length;
  const fitting = cacheBytes / ((tileSlots + Math.min(operands, 4) / 2 + 1) * width);
  return Math.max(128, Math.min(1024, 2 ** Math.floor(Math.log2(fitting))));
}

const half = (bits: bigint): [number, number] => [
  Number((bits >> 32n) & 0xffff_ffffn),
  Number(bits & 0xffff_ffffn),
];

export function encodeKernel(code: Code, layout: Layout, reducing: boolean, capacity: number): Float64Array {
  // Registers first: a `bind` names a value before it is made.
  const registers = assignRegisters(code);
  const bindings = bindOutputs(code);
  const words: number[] = [
    reducing ? 1 : 0,
    layout.overOuter ? 1 : 0,
    registers.tileSlots,
    registers.rowSlots,
    registers.tileScalars,
    registers.rowScalars,
    registers.width,
    capacity,
    costPerElement(code),
    code.positions.length,
    code.inputs.length,
    ...code.inputs.map((dtype) => dtypeCodes[dtype]),
    code.outputs.length,
    ...code.outputs.map((dtype) => dtypeCodes[dtype]),
    code.values.length,
  ];
  for (const value of code.values) {
    words.push(typeCodes[value.type], value.shape, isShared(value) ? 1 : 0, registers.slots[value.index]!);
  }
  writeBindings(words, code, bindings);
  const section = (instructions: readonly Instruction[]): void => {
    words.push(instructions.length);
    for (const instruction of instructions) writeInstruction(words, code, instruction);
  };
  section(code.once);
  section(code.prologue);
  words.push(code.passes.length);
  for (const pass of code.passes) {
    words.push(pass.folds.length);
    for (const { monoid, type, results } of pass.folds) {
      words.push(monoidCodes[monoid], typeCodes[type], results[0]?.index ?? -1, results[1]?.index ?? -1);
    }
    section(pass.element);
    section(pass.row);
  }
  return Float64Array.from(words);
}

function writeBindings(words: number[], code: Code, bindings: readonly Binding[]): void {
  words.push(bindings.length);
  for (const { output, hazards } of bindings) words.push(code.inputs.length + output, ...half(hazards));
}

function writeInstruction(words: number[], code: Code, instruction: Instruction): void {
  const { name, type, shape, result, args } = instruction;
  let form = 0;
  if (opcodeOf[name] < firstStructural && shape !== shapes.uniform) {
    args.forEach((arg, i) => {
      if (i < 3 && arg.shape === shapes.uniform) form |= 1 << i;
    });
  }
  words.push(
    opcodeOf[name],
    typeCodes[type],
    shape,
    form,
    result?.index ?? -1,
    ...argumentsOf(code, instruction),
    ...half(BigInt.asUintN(64, immediateOf(instruction))),
  );
}

/** Arguments beyond the third are named by the halves of the immediate. */
function immediateOf({ args, immediate }: Instruction): bigint {
  const [, , , fourth, fifth] = args;
  if (fourth === undefined || fifth === undefined) return immediate;
  return (BigInt(fifth.index) << 32n) | BigInt(fourth.index);
}

/** Three numbers: values, or the operand an instruction works on with its values. */
function argumentsOf(code: Code, { name, args, operand }: Instruction): [number, number, number] {
  const outputs = code.inputs.length;
  const positions = outputs + code.outputs.length;
  const at = (i: number): number => args[i]?.index ?? -1;
  if (name === "load") return [operand, -1, -1];
  if (name === "bind") return [outputs + operand, -1, -1];
  if (name === "store") return [outputs + operand, at(0), -1];
  if (name === "position") return [positions + operand, -1, -1];
  if (name === "rand") return [at(0), at(1), positions + operand];
  return [at(0), at(1), at(2)];
}

function costPerElement(code: Code): number {
  let cost = 0.1;
  for (const pass of code.passes) {
    for (const { name, type, shape } of pass.element)
      if (shape === shapes.element) cost += costOf(name, type);
  }
  return cost;
}
