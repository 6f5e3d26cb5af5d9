/**
 * Builds nodes. `Algebra` is the strict set of constructors, used for what users write: it folds constants and makes only
 * rewrites that keep every bit of the result. Derived gradients use the freer `LooseAlgebra`.
 */
import type { Arena } from "./arena.js";
import { binaryScalar, computeKind, higherKind, resultKind, unaryScalar } from "./scalars.js";
import type { Axes, BinaryOp, Kind, Monoid, MonoidSlot, Node, UnaryOp } from "./types.js";

const isConst = (node: Node, value?: number): boolean =>
  node.op === "const" && (value === undefined || Object.is(node.p, value));

/** The value of a constant that takes part in folding, else null. */
const numberOf = (node: Node): number | null =>
  node.op === "const" && typeof node.p === "number" ? node.p : null;

/** Integers are folded only where every width gives the same value. */
const foldable = (value: number, kind: Kind): boolean => kind === "f" || Math.abs(value) < 2 ** 31;

const indexSlots: ReadonlySet<MonoidSlot> = new Set(["argmax.index", "argmin.index"]);

export class Algebra {
  constructor(
    readonly arena: Arena,
    /** All axes of the launch. */
    readonly axes: Axes,
  ) {}

  constant(value: number | bigint, kind: Kind): Node {
    return this.arena.leaf("const", kind, value, 0);
  }
  input(slot: number, axes: Axes, kind: Kind): Node {
    return this.arena.leaf("input", kind, slot, axes);
  }
  index(axes: Axes): Node {
    return axes === 0 ? this.constant(0, "i") : this.arena.leaf("index", "i", axes, axes);
  }
  size(axes: Axes): Node {
    return axes === 0 ? this.constant(1, "i") : this.arena.leaf("size", "i", axes, 0);
  }
  linear(): Node {
    return this.arena.leaf("linear", "i", null, this.axes);
  }
  detach(x: Node): Node {
    return x.kind !== "f" || x.op === "const" || x.op === "detach"
      ? x
      : this.arena.node("detach", x.kind, [x]);
  }
  /** Random at every position of the launch, so it varies along all axes. */
  rand(seed: Node, offset: Node, stream: number, kind: Kind): Node {
    return this.arena.intern(
      "rand",
      kind,
      [this.cast(seed, "i"), this.cast(offset, "i")],
      stream,
      this.axes,
      0,
    );
  }

  cast(x: Node, kind: Kind): Node {
    if (x.kind === kind) return x;
    if (x.op === "const") {
      const value = Number(x.p);
      if (kind === "b") return this.constant(value === 0 ? 0 : 1, "b");
      if (kind === "f") return this.constant(value, "f");
      if (foldable(value, "i")) return this.constant(Math.trunc(value), "i");
    }
    if (kind === "b") return this.binary("ne", x, this.constant(0, x.kind));
    return this.arena.node("cast", kind, [x]);
  }

  unary(op: UnaryOp, x: Node): Node {
    if (x.kind === "b" && op === "bitnot") return this.unary("not", x);
    const kind = computeKind(op, x.kind);
    const arg = this.cast(x, kind);
    const result = resultKind(op, kind);
    const value = numberOf(arg);
    const { evaluate } = unaryScalar(op);
    if (value !== null && evaluate !== null) {
      const folded = evaluate(value);
      if (foldable(folded, result)) return this.constant(folded, result);
    }
    if ((op === "neg" || op === "not" || op === "bitnot") && arg.op === op) return arg.args[0] as Node;
    if (kind === "i") {
      if (op === "floor" || op === "ceil" || op === "round" || op === "trunc") return arg;
      if (op === "isnan" || op === "isinf") return this.constant(0, "b");
    }
    return this.arena.node(op, result, [arg]);
  }

  binary(op: BinaryOp, a: Node, b: Node): Node {
    const kind = computeKind(op, higherKind(a.kind, b.kind));
    let x = this.cast(a, kind);
    let y = this.cast(b, kind);
    const result = resultKind(op, kind);
    const { evaluate, commutes } = binaryScalar(op);
    const [u, v] = [numberOf(x), numberOf(y)];
    if (u !== null && v !== null && evaluate !== null) {
      const folded = evaluate(u, v);
      if (foldable(folded, result)) return this.constant(folded, result);
    }
    // A constant comes second where the order is free; otherwise the older node comes first.
    if (commutes && (x.op === "const" ? y.op !== "const" : y.op !== "const" && x.id > y.id)) [x, y] = [y, x];
    return this.rewrite(op, x, y) ?? this.arena.node(op, result, [x, y]);
  }

  /** An exact simplification of `x op y`, if there is one. */
  private rewrite(op: BinaryOp, x: Node, y: Node): Node | null {
    if (op === "mul" || op === "div" || op === "truncDiv" || op === "floorDiv") {
      if (isConst(y, 1) && (op === "mul" || op === "div" || x.kind === "i")) return x;
      if (op === "mul" && x.kind === "i" && isConst(y, 0)) return y;
    }
    if (op === "sub" && isConst(y, 0)) return x;
    if (op === "add" && isConst(y, x.kind === "i" ? 0 : -0)) return x;
    if (op === "and" || op === "or") {
      if (x === y) return x;
      if (x.kind === "b" && y.op === "const") return (y.p === 1) === (op === "and") ? x : y;
    }
    if ((op === "max" || op === "min") && x === y) return x;
    if (op === "pow" && x.kind === "f") return this.powConstant(x, numberOf(y));
    return null;
  }

  private powConstant(x: Node, exponent: number | null): Node | null {
    switch (exponent) {
      case 0:
        return this.constant(1, "f");
      case 1:
        return x;
      case 2:
        return this.binary("mul", x, x);
      case 3:
        return this.binary("mul", this.binary("mul", x, x), x);
      case 0.5:
        return this.unary("sqrt", x);
      case -0.5:
        return this.unary("rsqrt", x);
      case -1:
        return this.unary("reciprocal", x);
      default:
        return null;
    }
  }

  select(condition: Node, a: Node, b: Node): Node {
    const c = this.cast(condition, "b");
    const kind = higherKind(a.kind, b.kind);
    const x = this.cast(a, kind);
    const y = this.cast(b, kind);
    if (x === y) return x;
    if (c.op === "const") return c.p === 0 ? y : x;
    if (c.op === "not") return this.select(c.args[0] as Node, y, x);
    if (kind === "b" && x.op === "const" && y.op === "const") return x.p === 1 ? c : this.unary("not", c);
    return this.arena.node("select", kind, [c, x, y]);
  }

  /** One slot of a reduction of `x` over `over`. Reducing along axes that `x` does not vary along needs no sweep. */
  reduce(slot: MonoidSlot, x: Node, over: Axes): Node {
    const monoid = slot.split(".")[0] as Monoid;
    const arg =
      monoid === "any" || monoid === "all"
        ? this.cast(x, "b")
        : monoid === "welford" || monoid === "online"
          ? this.cast(x, "f")
          : x.kind === "b"
            ? this.cast(x, "i")
            : x;
    if ((arg.axes & over) !== 0) {
      return this.arena.reduce(slot, indexSlots.has(slot) ? "i" : arg.kind, arg, over);
    }
    const count = (): Node => this.cast(this.size(over), arg.kind);
    if (slot === "sum") return this.binary("mul", arg, count());
    if (slot === "prod") return this.binary("pow", arg, count());
    if (slot === "online.sumexp") return this.cast(this.size(over), "f");
    if (slot === "welford.m2") return this.constant(0, "f");
    return indexSlots.has(slot) ? this.constant(0, "i") : arg;
  }
}
