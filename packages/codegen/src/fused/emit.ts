/** Values of a step's nodes, as a shader computes them at one place of the launch. */
import {
  type Axes,
  computeKind,
  type FusedLaunch,
  isBinary,
  isUnary,
  type Kind,
  type Node,
} from "@flambeau/core";
import { ravel } from "../elements/operands.js";
import { reportIf } from "../errors.js";
import { philox, type Words4 } from "../functions/philox.js";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import { f32, i32, literal, u32, type Value } from "../ir/value.js";
import { binary, convert, divisions, numberOf, typeOf, unary } from "./scalars.js";

/** What nodes may ask about the place they are computed at. */
export interface Place {
  /** Coordinates along launch dimensions; asked for only those a node needs. */
  coordinate(dimension: number): Value;
  /** The value of an input slot, in whatever type it has. */
  input(slot: number): Value;
}

const kindOrder: { readonly [K in Kind]: number } = { b: 0, i: 1, f: 2 };
const streamStep = 0x9e3779b9;

export class Emitter {
  private readonly values = new Map<Node, Value>();

  constructor(
    private readonly k: ShaderBuilder,
    private readonly launch: FusedLaunch,
    private readonly sizes: readonly Value[],
    private readonly errors: Words | null,
  ) {}

  private get name(): string {
    return this.launch.kernel.name;
  }
  private typeOf(kind: Kind): Type {
    return typeOf(kind, this.launch.kernel.widths);
  }

  value(node: Node): Value {
    const value = this.values.get(node);
    if (value === undefined)
      throw new Error(`the step of ${this.name} uses node ${node.id} before it is listed`);
    return value;
  }

  set(node: Node, value: Value): void {
    this.values.set(node, this.k.let(convert(value, this.typeOf(node.kind)), "n"));
  }

  /** Computes nodes in order; each is known afterwards. */
  compute(nodes: readonly Node[], place: Place): void {
    for (const node of nodes) this.set(node, this.evaluate(node, place));
  }

  private evaluate(node: Node, place: Place): Value {
    const type = this.typeOf(node.kind);
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
        return this.random(node, type, place);
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
    const type = this.typeOf(computeKind(op, meet));
    const [a, b] = node.args.map((arg) => convert(this.value(arg), type)) as [Value, Value];
    if (isUnary(op)) return unary[op](a);
    if (this.errors !== null && divisions.has(op) && type !== "f32")
      reportIf(this.k, this.errors, b.eq(0), { code: "divisionByZero", op: this.name });
    return binary[op](a, b);
  }

  private along(axes: Axes): number[] {
    return this.launch.axisOf.flatMap((axis, d) => (((axes >> axis) & 1) === 1 ? [d] : []));
  }

  /** Row-major position along axes. */
  private position(axes: Axes, place: Place): Value {
    const along = this.along(axes);
    return ravel(
      along.map((d) => place.coordinate(d)),
      along.map((d) => this.sizes[d] as Value),
    );
  }

  private random(node: Node, type: Type, place: Place): Value {
    const [seed, offset] = node.args.map((arg) => this.value(arg).to("i64")) as [Value, Value];
    const at = this.position(~0, place);
    const wide = type === "i64";
    const words = offset.high().add(u32(Math.imul(Number(node.p), streamStep) >>> 0));
    const counter: Words4 = [at.shr(wide ? 1 : 2).to("u32"), u32(0), offset.low(), words];
    const random = philox(this.k, counter, [seed.low(), seed.high()]);
    if (wide) {
      const even = at.and(1).eq(0);
      const [high, low] = [even.select(random[0], random[2]), even.select(random[1], random[3])];
      return low
        .join(high)
        .shr(1)
        .and(literal("i64", 2n ** 63n - 1n));
    }
    const lane = this.k.let(at.and(3));
    const word = lane
      .lt(2)
      .select(lane.eq(0).select(random[0], random[1]), lane.eq(2).select(random[2], random[3]));
    return type === "f32"
      ? word
          .shr(8)
          .to("f32")
          .mul(2 ** -24)
      : word.shr(1).to("i32");
  }
}

const constant = (type: Type, value: number | bigint): Value =>
  literal(type, type === "bool" ? Number(value) !== 0 : numberOf(type, value));
