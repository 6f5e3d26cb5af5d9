/** From a step to bytecode: expressions in the order they are needed, hoisted to where they vary. */
import {
  computeKind,
  type Fold,
  type FusedKernel,
  isBinary,
  isUnary,
  type Kind,
  type Node,
  type Pass,
  type Store,
} from "@flambeau/core";
import { CodeBuilder, everyAxis } from "./builder.js";
import {
  type Code,
  type FoldCode,
  levels,
  type PassCode,
  shapes,
  type Value,
  type ValueShape,
} from "./code.js";
import { binaryInstructions, typeOf, unaryInstructions, type ValueType } from "./instructions.js";
import { merged } from "./merged.js";
import type { Layout } from "./plan.js";

const kindRank: { readonly [K in Kind]: number } = { b: 0, i: 1, f: 2 };

export function translate(kernel: FusedKernel, layout: Layout): Code {
  return new Translator(kernel, layout).run();
}

class Translator extends CodeBuilder {
  /** Values of the launch and the row by type and node. */
  readonly #kept = new Map<string, Value>();
  readonly #uses = new Map<Node, number>();
  readonly #users = new Set<Node>();

  run(): Code {
    const { step } = this.kernel;
    for (const pass of step.passes) this.#countUses(pass);
    for (const node of step.prologue) this.#value(node);
    for (const pass of step.passes) this.#pass(pass);
    return this.finished();
  }

  #countUses(pass: Pass): void {
    const count = (node: Node): void => void this.#uses.set(node, (this.#uses.get(node) ?? 0) + 1);
    for (const node of [...pass.element, ...pass.row]) {
      // A node that several passes compute is one user.
      if (this.#users.has(node)) continue;
      this.#users.add(node);
      for (const arg of node.args) count(arg);
    }
    for (const store of [...pass.stores, ...pass.rowStores]) count(store.node);
    for (const fold of pass.folds) count(fold.arg);
  }

  #pass(pass: Pass): void {
    const split = this.layout.resident ? pass.folds.filter(({ monoid }) => monoid === "online") : [];
    if (split.length > 0) this.#maxima(split);
    const code = this.beginPass();
    for (const fold of pass.folds) {
      if (split.includes(fold)) this.#sumOfExponentials(fold, code);
      else this.#fold(fold, code);
    }
    for (const store of pass.stores) this.#store(store, shapes.element);
    this.endElements(code);
    for (const [i, fold] of pass.folds.entries()) {
      if (split.includes(fold)) this.#finishSum(fold, i, code);
      else this.#finish(fold, i, code);
    }
    for (const node of pass.row) this.#value(node);
    for (const store of pass.rowStores) this.#store(store, this.rowShape);
  }

  // Where rows are resident, a maximum and the sum of shifted exponentials are folded one after the other, so that
  // the exponentials are computed once and stay for those who read them.

  #maxima(folds: readonly Fold[]): void {
    const code = this.beginPass();
    for (const fold of folds) this.#fold({ ...fold, monoid: "max" }, code, this.#foldType(fold));
    this.endElements(code);
    for (const [i, fold] of folds.entries()) {
      const type = this.#foldType(fold);
      const max = this.#foldResult(type, i, code);
      this.#kept.set(`max/${fold.arg.id}`, max);
    }
  }

  #sumOfExponentials(fold: Fold, code: PassCode): void {
    const type = this.#foldType(fold);
    const max = this.#kept.get(`max/${fold.arg.id}`)!;
    const shifted = this.apply("expSub", type, type, [this.cast(this.#value(fold.arg), type), max]);
    this.passing.set(`exp/${fold.arg.id}`, shifted);
    const exponentials = this.exactly(shifted, shapes.element);
    this.emit("fold", type, shapes.element, null, [exponentials], { immediate: BigInt(code.folds.length) });
    code.folds.push({ monoid: "sum", type, results: [null, null] });
  }

  #finishSum(fold: Fold, at: number, code: PassCode): void {
    const type = this.#foldType(fold);
    const max = this.#kept.get(`max/${fold.arg.id}`)!;
    const sum = this.#foldResult(type, at, code);
    // A row of nothing but -infinity has the sum 0.
    const none = this.apply("eq", type, "bool", [max, this.constant(type, Number.NEGATIVE_INFINITY)]);
    const guarded = this.apply("select", type, type, [none, this.constant(type, 0), sum]);
    for (const node of fold.results) {
      const own = typeOf(node.kind, this.kernel.widths);
      this.#kept.set(`${own}/${node.id}`, this.cast(node.p === "online.max" ? max : guarded, own));
    }
  }

  /** The first result of fold `at`, as a value of the row. */
  #foldResult(type: ValueType, at: number, code: PassCode): Value {
    const value = this.make(type, this.rowShape, levels.row);
    (code.folds as FoldCode[])[at] = { ...code.folds[at]!, results: [value, null] };
    this.emit("finish", type, this.rowShape, null, [], { immediate: BigInt(at) });
    return value;
  }

  /** exp(x - max x), where a resident row has it already. */
  #knownExponential({ op, args }: Node): Value | undefined {
    const difference = args[0];
    if (op !== "exp" || difference?.op !== "sub") return undefined;
    const [x, max] = difference.args as [Node, Node];
    if (max.op !== "reduce" || max.p !== "online.max" || max.args[0] !== x) return undefined;
    return this.passing.get(`exp/${x.id}`);
  }

  /** The value of `node` in `type`, its kind's own unless asked otherwise. */
  #value(node: Node, type: ValueType = typeOf(node.kind, this.kernel.widths)): Value {
    const key = `${type}/${node.id}`;
    const known = this.#kept.get(key) ?? this.passing.get(key);
    if (known !== undefined) return known;
    const value = this.#compute(node, type);
    (value.level === levels.tile || (this.level === levels.tile && value.level !== levels.once)
      ? this.passing
      : this.#kept
    ).set(key, value);
    return value;
  }

  #compute(node: Node, type: ValueType): Value {
    switch (node.op) {
      case "const":
        return this.constant(type, node.p as number | bigint);
      case "input":
        return this.leaf("load", type, node.axes, node.p as number);
      case "size":
        return this.cast(this.leaf("load", "i64", 0, this.sizeInput(node.p as number)), type);
      case "index":
        return this.#counted(type, node.p as number);
      case "linear":
        return this.#counted(type, everyAxis);
      case "rand":
        return this.#rand(node, type);
      case "select": {
        const [condition, yes, no] = node.args as [Node, Node, Node];
        return this.apply("select", type, type, [
          this.#value(condition, "bool"),
          this.#value(yes, type),
          this.#value(no, type),
        ]);
      }
      case "cast":
      case "detach":
        return this.cast(this.#value(node.args[0]!), type);
      case "reduce":
        // Known from the end of its fold; only its type may differ.
        return this.cast(this.#kept.get(`${typeOf(node.kind, this.kernel.widths)}/${node.id}`)!, type);
      default:
        return this.#scalarOp(node, type);
    }
  }

  #counted(type: ValueType, axes: number): Value {
    const counts: ValueType = type === "i32" ? "i32" : "i64";
    const { step } = this.kernel;
    return this.cast(
      this.leaf("position", counts, axes === everyAxis ? step.axes : axes, this.positionOperand(axes)),
      type,
    );
  }

  #rand(node: Node, type: ValueType): Value {
    const shape = this.shapeOf(this.kernel.step.axes);
    const args = node.args.map((arg) => {
      const value = this.#value(arg, "i64");
      return value.shape === shapes.row && shape === shapes.element ? this.perElement(value) : value;
    });
    const operand = this.positionOperand(everyAxis);
    const own = typeOf(node.kind, this.kernel.widths);
    const value = this.make(own, shape, this.level);
    this.emit("rand", own, shape, value, args, { operand, immediate: BigInt(Number(node.p)) });
    return this.cast(value, type);
  }

  #scalarOp(node: Node, type: ValueType): Value {
    const { op } = node;
    const kind = node.args.reduce<Kind>(
      (most, { kind }) => (kindRank[kind] > kindRank[most] ? kind : most),
      "b",
    );
    if (!isUnary(op) && !isBinary(op)) throw new Error(`${this.kernel.name}: no instruction for "${op}"`);
    const takes = computeKind(op, kind);
    const meaning = isUnary(op) ? unaryInstructions[op][takes] : binaryInstructions[op][takes];
    if (meaning === undefined)
      throw new Error(`${this.kernel.name}: no instruction for "${op}" of kind ${takes}`);
    // Integers that feed random numbers stay 64 bits wide all the way.
    const computes = takes === "i" && type === "i64" ? "i64" : typeOf(takes, this.kernel.widths);
    if (meaning === "never") return this.cast(this.constant("bool", 0), type);
    const known = this.#knownExponential(node);
    if (known !== undefined) return this.cast(known, type);
    const together = this.#merged(node, computes);
    if (together !== null) return this.cast(together, type);
    const args = node.args.map((arg) =>
      this.cast(this.#value(arg, arg.kind === "i" && takes === "i" ? computes : undefined), computes),
    );
    if (meaning === "same") return this.cast(args[0]!, type);
    const result = node.kind === "b" && takes !== "b" ? "bool" : computes;
    return this.cast(this.apply(meaning, computes, result, args), type);
  }

  /** A node computed in one instruction with others that nothing else needs. */
  #merged(node: Node, type: ValueType): Value | null {
    if ((type !== "f32" && type !== "f64") || this.level !== levels.tile) return null;
    const { over } = this.kernel.step;
    const found = merged(
      node,
      (x) =>
        this.#uses.get(x) === 1 &&
        (over === 0 || (x.axes & over) !== 0) &&
        (x.axes & this.layout.tileAxes) !== 0,
    );
    if (found === null) return null;
    return this.apply(
      found.name,
      type,
      type,
      found.args.map((arg) => this.#value(arg)),
    );
  }

  #store(store: Store, shape: ValueShape): void {
    const value = this.exactly(this.#value(store.node), shape);
    this.emit("store", value.type, shape, null, [value], { operand: store.output });
  }

  #fold(fold: Fold, code: PassCode, type = this.#foldType(fold)): void {
    const arg = this.exactly(this.cast(this.#value(fold.arg), type), shapes.element);
    const args = [arg];
    const places = fold.monoid === "argmax" || fold.monoid === "argmin";
    if (places) {
      const operand = this.positionOperand(this.kernel.step.over);
      args.push(
        this.remember(this.passing, "places", () =>
          this.leaf("position", "i64", everyAxis, operand, shapes.element),
        ),
      );
    }
    this.emit("fold", type, shapes.element, null, args, { immediate: BigInt(code.folds.length) });
    code.folds.push({ monoid: fold.monoid, type, results: [null, null] });
  }

  #foldType({ monoid, arg, results }: Fold): ValueType {
    const { widths } = this.kernel;
    if (monoid === "any" || monoid === "all") return "bool";
    if (monoid === "argmax" || monoid === "argmin") return typeOf(arg.kind, widths);
    if (monoid === "welford" || monoid === "online") return typeOf("f", widths);
    return typeOf(results[0]!.kind, widths);
  }

  #finish(fold: Fold, at: number, code: PassCode): void {
    const second = (node: Node): boolean =>
      ["argmax.index", "argmin.index", "welford.m2", "online.sumexp"].includes(String(node.p));
    const made: [Value | null, Value | null] = [null, null];
    const { type } = code.folds[at] as FoldCode;
    for (const node of fold.results) {
      const slot = second(node) ? 1 : 0;
      made[slot] = this.make(
        slot === 1 && String(node.p).endsWith("index") ? "i64" : type,
        this.rowShape,
        levels.row,
      );
    }
    (code.folds as FoldCode[])[at] = { ...code.folds[at]!, results: made };
    this.emit("finish", type, this.rowShape, null, [], { immediate: BigInt(at) });
    for (const node of fold.results) {
      const own = typeOf(node.kind, this.kernel.widths);
      this.#kept.set(`${own}/${node.id}`, this.cast(made[second(node) ? 1 : 0]!, own));
    }
  }
}
