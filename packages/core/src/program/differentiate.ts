/** Symbolic reverse-mode differentiation: the gradient of a program is a program. */
import { ArgumentError } from "../errors.js";
import { Arena, importer, reachable } from "./arena.js";
import { cheapestCut } from "./cut.js";
import { makeProgram } from "./define.js";
import { Expr } from "./expr.js";
import { LooseAlgebra } from "./loose.js";
import { remember } from "./memo.js";
import { foldRules } from "./monoids.js";
import { binaryScalar, isBinary, isUnary, type Slope, unaryScalar } from "./scalars.js";
import type { Axes, Derived, MonoidSlot, Node, Program, ProgramInput, Saved } from "./types.js";

const cache = new WeakMap<Program, Map<string, Derived>>();

/**
 * The gradient of `program` with respect to the inputs marked in `wrt` (floating-point ones only), given cotangents for
 * the outputs marked in `cotangents`. Output i of the result is the gradient of the i-th marked input and has that
 * input's axes: gradients are summed over axes along which an input was broadcast. Made once per pair of masks.
 */
export function differentiate(
  program: Program,
  wrt: readonly boolean[],
  cotangents: readonly boolean[],
): Derived {
  const bits = (mask: readonly boolean[]): string => mask.map(Number).join("");
  const known = remember(cache, program, () => new Map<string, Derived>());
  return remember(known, `${bits(wrt)}/${bits(cotangents)}`, () => derive(program, wrt, cotangents));
}

const extended = new WeakMap<Derived, Program>();

/** `program` with the values that `derived` wants kept as further outputs: what runs forward when gradients are wanted. */
export function extend(program: Program, derived: Derived): Program {
  if (derived.hidden.length === 0) return program;
  return remember(extended, derived, () => {
    const hidden = derived.hidden.map((node, i) => ({ name: `kept${i}`, node, axes: node.axes }));
    return makeProgram(program.name, program.inputs, [...program.outputs, ...hidden], program.axes);
  });
}

function check(program: Program, wrt: readonly boolean[], cotangents: readonly boolean[]): void {
  if (wrt.length !== program.inputs.length || cotangents.length !== program.outputs.length) {
    const [inputs, outputs] = [program.inputs.length, program.outputs.length];
    const got = `${wrt.length} and ${cotangents.length}`;
    throw new ArgumentError(
      program.name,
      `expected ${inputs} input and ${outputs} output marks to differentiate, got ${got}`,
    );
  }
  wrt.forEach((wanted, i) => {
    const kind = program.inputs[i]?.kind;
    if (wanted && kind !== "f") {
      throw new ArgumentError(
        program.name,
        `expected a floating-point input to differentiate, got kind ${kind} for input ${i}`,
      );
    }
  });
  cotangents.forEach((present, i) => {
    const kind = program.outputs[i]?.node.kind;
    if (present && kind !== "f") {
      throw new ArgumentError(
        program.name,
        `expected gradients of floating-point outputs, got kind ${kind} for output ${i}`,
      );
    }
  });
}

/** The nodes through which a gradient can reach a wanted input. */
function activeNodes(order: readonly Node[], wrt: readonly boolean[]): Set<Node> {
  const active = new Set<Node>();
  for (const node of order) {
    if (node.kind !== "f" || node.op === "detach") continue;
    const passes =
      node.op === "input"
        ? wrt[node.p as number]
        : node.op !== "cast" && node.args.some((arg) => active.has(arg));
    if (passes) active.add(node);
  }
  return active;
}

const companions: { readonly [S in MonoidSlot]?: MonoidSlot } = {
  "welford.m2": "welford.mean",
  "argmax.value": "argmax.index",
  "argmin.value": "argmin.index",
};

/**
 * The slot of the same fold that the gradient of `node` will ask for. It costs the forward nothing, so it is offered to
 * be kept even if the program itself does not use it. It belongs to no arena and stands beside `node`.
 */
function companion(node: Node): Node[] {
  const slot = node.op === "reduce" ? companions[node.p as MonoidSlot] : undefined;
  if (slot === undefined) return [];
  return [Object.freeze({ ...node, p: slot, kind: slot.endsWith("index") ? "i" : node.kind })];
}

function derive(program: Program, wrt: readonly boolean[], cotangents: readonly boolean[]): Derived {
  check(program, wrt, cotangents);
  const arena = new Arena();
  const copy = importer(arena, () => null);
  const roots = program.outputs.map((output) => copy(output.node));
  const sources = reachable(program.outputs.map((output) => output.node));
  const forward = [...sources, ...sources.flatMap(companion)];
  const originals = new Map(forward.map((node) => [copy(node), node]));
  const inputs = program.inputs.map(({ axes, kind }, slot) => arena.leaf("input", kind, slot, axes));
  const order = reachable(roots).sort((a, b) => a.id - b.id);
  const forwardCount = arena.nodes.length;
  const whole = program.outputs.map(
    ({ axes }, i) => (roots[i] as Node).axes === axes && (roots[i] as Node).args.length > 0,
  );
  const outputs = new Set(roots.filter((_, i) => whole[i]));
  const algebra = new LooseAlgebra(
    arena,
    program.axes,
    [...outputs].filter((node) => node.kind === "f"),
  );

  const given = program.outputs.flatMap(({ axes }, i) =>
    cotangents[i] ? [{ root: roots[i] as Node, axes }] : [],
  );
  const slopes = given.map(({ axes }, i) => algebra.input(program.inputs.length + i, axes, "f"));
  const active = activeNodes(order, wrt);
  const gradients = new Gradients(algebra, active);
  given.forEach(({ root, axes }, i) => {
    gradients.add(root, axes, slopes[i] as Node);
  });
  for (const node of [...order].reverse()) gradients.propagate(node);

  const wanted = inputs.filter((_, i) => wrt[i]);
  const results = wanted.map((input) => gradients.total(input) ?? algebra.constant(0, "f"));

  const cut = cheapestCut({
    forwardCount,
    axes: program.axes,
    outputs,
    read: readByGradient(results, new Set(slopes)),
  });
  const rank = (node: Node): number =>
    node.op === "input" ? (node.p as number) : program.inputs.length + node.id;
  const kept = cut.sort((a, b) => rank(a) - rank(b));
  const hidden: Node[] = [];
  const saved = kept.map((node): Saved => {
    if (node.op === "input") return { from: "input", index: node.p as number };
    const own = roots.findIndex((root, i) => root === node && whole[i]);
    if (own >= 0) return { from: "output", index: own };
    return { from: "output", index: program.outputs.length + hidden.push(originals.get(node) as Node) - 1 };
  });
  const gradientInputs: ProgramInput[] = [...kept, ...slopes].map(({ axes, kind }) => ({ axes, kind }));
  const slots = new Map([...kept, ...slopes].map((node, slot) => [node, slot]));
  const target = new Arena();
  const move = importer(target, (node) => {
    const slot = slots.get(node);
    return slot === undefined ? null : target.leaf("input", node.kind, slot, node.axes);
  });
  const gradientOutputs = wanted.map(({ axes, p }, i) => ({
    name: `d${p}`,
    node: move(results[i] as Node),
    axes,
  }));
  const gradient = makeProgram(`${program.name}.backward`, gradientInputs, gradientOutputs, program.axes);
  return Object.freeze({ saved, hidden, program: gradient });
}

/** The nodes that hold no cotangent and are results or arguments of nodes that do. */
function readByGradient(results: readonly Node[], slopes: ReadonlySet<Node>): Node[] {
  const order = reachable(results);
  const driven = new Set<Node>(slopes);
  const read = new Set<Node>();
  for (const node of order) if (node.args.some((arg) => driven.has(arg))) driven.add(node);
  for (const node of order)
    if (driven.has(node)) for (const arg of node.args) if (!driven.has(arg)) read.add(arg);
  for (const result of results) if (!driven.has(result)) read.add(result);
  return [...read];
}

/** Gradients under way, by node and by the axes each contribution is spread over. */
class Gradients {
  readonly #parts = new Map<Node, Map<Axes, Node>>();

  constructor(
    private readonly algebra: LooseAlgebra,
    private readonly active: ReadonlySet<Node>,
  ) {}

  /** Adds a contribution that occurs at every position of `spread`, whether or not it varies there. */
  add(node: Node, spread: Axes, value: Node): void {
    if (!this.active.has(node)) return;
    const parts = remember(this.#parts, node, () => new Map<Axes, Node>());
    const sum = parts.get(spread);
    parts.set(spread, sum === undefined ? value : this.algebra.binary("add", sum, value));
  }

  /** The gradient of a node: contributions summed over the axes it lacks. */
  total(node: Node): Node | null {
    let total: Node | null = null;
    for (const [spread, value] of this.#parts.get(node) ?? []) {
      const summed = this.algebra.reduce("sum", value, spread & ~node.axes);
      total = total === null ? summed : this.algebra.binary("add", total, summed);
    }
    return total;
  }

  /** Hands a node's gradient to its arguments. */
  propagate(node: Node): void {
    if (node.args.length === 0 || !this.active.has(node)) return;
    const total = this.total(node);
    if (total === null || (total.op === "const" && total.p === 0)) return;
    const { algebra } = this;
    const expr = (n: Node): Expr => new Expr(algebra, n);
    const [a, b, c] = node.args as [Node, Node, Node];
    const pass = (arg: Node, slope: Slope): void => {
      const factor = typeof slope === "number" ? algebra.constant(slope, "f") : slope.node;
      this.add(arg, node.axes, algebra.binary("mul", total, factor));
    };
    if (isUnary(node.op)) {
      const { slope } = unaryScalar(node.op);
      if (slope !== null) pass(a, slope(expr(a), expr(node)));
    } else if (isBinary(node.op)) {
      const [left, right] = binaryScalar(node.op).slopes;
      if (left !== null && this.active.has(a)) pass(a, left(expr(a), expr(b), expr(node)));
      if (right !== null && this.active.has(b)) pass(b, right(expr(a), expr(b), expr(node)));
    } else if (node.op === "select") {
      const zero = algebra.constant(0, "f");
      this.add(b, node.axes, algebra.select(a, total, zero));
      this.add(c, node.axes, algebra.select(a, zero, total));
    } else if (node.op === "reduce") {
      this.#unfold(node, a, total);
    }
  }

  #unfold(node: Node, arg: Node, total: Node): void {
    const { algebra } = this;
    const expr = (n: Node): Expr => new Expr(algebra, n);
    const fold = (slot: MonoidSlot, x: Expr): Expr => expr(algebra.reduce(slot, x.node, node.over));
    const x = expr(arg);
    const contribution = foldRules[node.p as MonoidSlot]?.({
      x,
      y: expr(node),
      g: expr(total),
      size: expr(algebra.cast(algebra.size(node.over), "f")),
      index: expr(algebra.index(node.over)),
      fold,
      extreme: (slot) => fold(slot, arg.op === "input" ? x : x.detach()),
    });
    if (contribution !== undefined) this.add(arg, node.axes | node.over, contribution.node);
  }
}
