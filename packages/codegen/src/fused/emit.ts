/** Values of a step's nodes, as a shader computes them at one place of the launch. */
import {
  type Axes,
  computeKind,
  isBinary,
  isUnary,
  type Kind,
  type Node,
  type Step,
  type Widths,
} from "@flambeau/core";
import { reportIf } from "../errors.js";
import { philox, type Words4 } from "../functions/philox.js";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import { call, f32, i32, literal, u32, type Value } from "../ir/value.js";
import { binary, convert, divisions, typeOf, unary } from "./scalars.js";

/** What nodes may ask about the place they are computed at. */
export interface Place {
  /** Coordinates along launch dimensions; asked for only those a node needs. */
  coordinate(dimension: number): Value;
  /** The value of an input slot, in whatever type it has. */
  input(slot: number): Value;
}

export interface StepShape {
  readonly step: Step;
  readonly widths: Widths;
  readonly axisOf: readonly number[];
}

const kindOrder: { readonly [K in Kind]: number } = { b: 0, i: 1, f: 2 };
const streamStep = 0x9e3779b9;

export class Emitter {
  private readonly values = new Map<Node, Value>();

  constructor(
    private readonly k: ShaderBuilder,
    private readonly name: string,
    private readonly shape: StepShape,
    private readonly sizes: readonly Value[],
    private readonly errors: Words | null,
  ) {}

  value(node: Node): Value {
    const value = this.values.get(node);
    if (value === undefined)
      throw new Error(`the step of ${this.name} uses node ${node.id} before it is listed`);
    return value;
  }

  set(node: Node, value: Value): void {
    this.values.set(node, this.k.let(convert(value, typeOf(node.kind, this.shape.widths)), "n"));
  }

  /** Computes nodes in order; each is known afterwards. */
  compute(nodes: readonly Node[], place: Place): void {
    for (const node of nodes) this.set(node, this.evaluate(node, place));
  }

  private evaluate(node: Node, place: Place): Value {
    const type = typeOf(node.kind, this.shape.widths);
    switch (node.op) {
      case "const":
        return constant(type, node.p as number | bigint);
      case "input":
        return place.input(node.p as number);
      case "index":
        return this.position(node.p as Axes, place);
      case "size":
        return this.along(node.p as Axes).reduce((count, d) => count.mul(this.sizes[d] as Value), i32(1));
      case "linear":
        return this.position(~0, place);
      case "rand":
        return this.random(node, place);
      case "reduce":
        return this.value(node);
      case "cast":
      case "detach":
        return this.value(node.args[0] as Node);
      case "select": {
        const [condition, yes, no] = node.args.map((arg) => this.value(arg)) as [Value, Value, Value];
        return convert(condition, "bool").select(convert(yes, type), convert(no, type));
      }
      default:
        return this.operate(node);
    }
  }

  private operate(node: Node): Value {
    const { op } = node;
    if (!isUnary(op) && !isBinary(op))
      throw new Error(`the step of ${this.name} holds an unknown operation "${op}"`);
    const meet = node.args.reduce<Kind>(
      (kind, arg) => (kindOrder[arg.kind] > kindOrder[kind] ? arg.kind : kind),
      "b",
    );
    const type = typeOf(computeKind(op, meet), this.shape.widths);
    const [a, b] = node.args.map((arg) => convert(this.value(arg), type)) as [Value, Value];
    if (isUnary(op)) return unary[op](a);
    if (this.errors !== null && divisions.has(op) && type !== "f32")
      reportIf(this.k, this.errors, b.eq(0), { code: "divisionByZero", op: this.name });
    return binary[op](a, b);
  }

  private along(axes: Axes): number[] {
    return this.shape.axisOf.flatMap((axis, d) => (((axes >> axis) & 1) === 1 ? [d] : []));
  }

  /** Row-major position along axes. */
  private position(axes: Axes, place: Place): Value {
    let position: Value | null = null;
    for (const d of this.along(axes)) {
      const at = place.coordinate(d);
      position = position === null ? at : position.mul(this.sizes[d] as Value).add(at);
    }
    return position ?? i32(0);
  }

  private random(node: Node, place: Place): Value {
    const [seed, offset] = node.args.map((arg) => this.value(arg).to("i64")) as [Value, Value];
    const at = this.position(~0, place);
    const wide = node.kind === "i" && this.shape.widths.i === "int64";
    const words = call("high", offset).add(u32(Math.imul(Number(node.p), streamStep) >>> 0));
    const counter: Words4 = [at.shr(wide ? 1 : 2).to("u32"), u32(0), call("low", offset), words];
    const random = philox(this.k, counter, [call("low", seed), call("high", seed)]);
    if (wide) {
      const even = at.and(1).eq(0);
      const [high, low] = [even.select(random[0], random[2]), even.select(random[1], random[3])];
      return call("join", low, high)
        .shr(1)
        .and(literal("i64", 2n ** 63n - 1n));
    }
    const lane = this.k.let(at.and(3));
    const word = lane
      .lt(2)
      .select(lane.eq(0).select(random[0], random[1]), lane.eq(2).select(random[2], random[3]));
    return node.kind === "f"
      ? word
          .shr(8)
          .to("f32")
          .mul(f32(2 ** -24))
      : word.shr(1).to("i32");
  }
}

function constant(type: Value["type"], value: number | bigint): Value {
  if (type === "bool") return literal("bool", Number(value) !== 0);
  if (type === "f32") return literal("f32", Number(value));
  const whole = typeof value === "bigint" ? value : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);
  return type === "i64" ? literal(type, BigInt.asIntN(64, whole)) : literal(type, BigInt.asIntN(32, whole));
}
