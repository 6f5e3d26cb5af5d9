/** Several nodes that one instruction computes: a tile less to write and read again for each. */
import type { Node } from "@flambeau/core";
import type { InstructionName } from "./instructions.js";

export interface Merged {
  readonly name: InstructionName;
  readonly args: readonly Node[];
}

/** `alone(x)`: whether the node under consideration is the only one to need x, which is one value per element. */
type Pattern = (node: Node, alone: (x: Node) => boolean) => Merged | null;

const areFloats = (nodes: readonly Node[]): boolean => nodes.every(({ kind }) => kind === "f");

/** a·b + c, a·b - c, c - a·b. */
const mulAdd: Pattern = ({ op, args }, alone) => {
  const [left, right] = args as [Node, Node];
  const merges = (x: Node): boolean => x.op === "mul" && areFloats(x.args) && alone(x);
  const product = merges(left) ? left : merges(right) ? right : null;
  if (product === null) return null;
  const name = op === "add" ? "mulAdd" : product === left ? "mulSub" : "subMul";
  return { name, args: [...product.args, product === left ? right : left] };
};

/** (a - b)·c, as normalisations have it. */
const shiftScale: Pattern = ({ args }, alone) => {
  const [left, right] = args as [Node, Node];
  const merges = (x: Node): boolean => x.op === "sub" && areFloats(x.args) && alone(x);
  if (merges(left)) return { name: "shiftScale", args: [...left.args, right] };
  return merges(right) ? { name: "shiftScale", args: [...right.args, left] } : null;
};

/** (a - b)·c·d + e, as normalisations with weight and bias have it. */
const normalize: Pattern = (node, alone) => {
  const [left, right] = node.args as [Node, Node];
  for (const [product, sum] of [
    [left, right],
    [right, left],
  ] as const) {
    if (product.op !== "mul" || !areFloats(product.args) || !alone(product)) continue;
    const [x, y] = product.args as [Node, Node];
    for (const [scaled, weight] of [
      [x, y],
      [y, x],
    ] as const) {
      const inner =
        scaled.op === "mul" && areFloats(scaled.args) && alone(scaled) ? shiftScale(scaled, alone) : null;
      if (inner !== null) return { name: "normalize", args: [...inner.args, weight, sum] };
    }
  }
  return null;
};

/** exp(a - b), as softmax has it. */
const expSub: Pattern = ({ args: [difference] }, alone) => {
  const { op, args } = difference as Node;
  return op === "sub" && areFloats(args) && alone(difference as Node) ? { name: "expSub", args } : null;
};

const isConstant = (node: Node | undefined, value: number): boolean =>
  node?.op === "const" && node.kind === "f" && node.p === value;

/** x where node is x·value, in either order. */
function factorBeside(node: Node, value: number): Node | null {
  if (node.op !== "mul") return null;
  const [left, right] = node.args as [Node, Node];
  return isConstant(right, value) ? left : isConstant(left, value) ? right : null;
}

/** x/2·(1 + erf(x/√2)). */
const gelu: Pattern = ({ args }, alone) => {
  const [left, right] = args as [Node, Node];
  const [half, sum] = left.op === "add" ? [right, left] : [left, right];
  const x = factorBeside(half, 0.5);
  if (x === null || sum.op !== "add" || !alone(half) || !alone(sum)) return null;
  const [a, b] = sum.args as [Node, Node];
  const erf = isConstant(b, 1) ? a : isConstant(a, 1) ? b : null;
  if (erf === null || erf.op !== "erf" || !alone(erf)) return null;
  const scaled = erf.args[0] as Node;
  return factorBeside(scaled, Math.SQRT1_2) === x && alone(scaled) ? { name: "gelu", args: [x] } : null;
};

const patterns: { readonly [O in Node["op"]]?: readonly Pattern[] } = {
  add: [normalize, mulAdd],
  sub: [mulAdd],
  mul: [gelu, shiftScale],
  exp: [expSub],
};

/** The instruction that computes a node of floats together with nodes that it alone needs; null where there is none. */
export function merged(node: Node, alone: (x: Node) => boolean): Merged | null {
  if (!areFloats(node.args)) return null;
  for (const pattern of patterns[node.op] ?? []) {
    const found = pattern(node, alone);
    if (found !== null) return found;
  }
  return null;
}
