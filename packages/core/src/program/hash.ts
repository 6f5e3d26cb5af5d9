/** Structural hashes: equal for equal programs, whatever their names or the ids in their arenas. */
import { parameterText, reachable } from "./arena.js";
import type { Program } from "./types.js";

/** 64 bits of a string as hexadecimal digits: two multiplicative hashes with different seeds. */
function hashText(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
    b ^= b >>> 15;
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  a ^= b >>> 11;
  b ^= a >>> 7;
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}

/** One line that determines a program completely. */
function programText({ inputs, outputs, axes }: Program): string {
  const order = reachable(outputs.map((output) => output.node));
  const position = new Map(order.map((node, i) => [node, i]));
  let text = `${axes}|`;
  for (const input of inputs) text += `${input.kind}${input.axes},`;
  for (const node of order) {
    text += `;${node.op}:${node.kind}:${parameterText(node.p)}:${node.axes}:${node.over}`;
    for (const arg of node.args) text += `,${position.get(arg)}`;
  }
  for (const output of outputs) text += `>${position.get(output.node)}:${output.axes}`;
  return text;
}

/** The structural hash of a program: equal for equal programs, whatever their names or arenas. */
export const hashOf = (program: Program): string => hashText(programText(program));
