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
import { convert } from "../elements/convert.js";
import { ravel } from "../elements/operands.js";
import { reportIf } from "../errors.js";
import { philox, type Words4 } from "../functions/philox.js";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import { i32, literal, u32, type Value } from "../ir/value.js";
import { binary, divisions, numberOf, typeOf, unary } from "./scalars.js";

/** What nodes may ask about the place they are computed at. */
export interface Place {
  /** Coordinates along launch dimensions; asked for only those a node needs. */
  coordinate(dimension: number): Value;
  /** The value of an input slot, in whatever type it has. */
  input(slot: number): Value;
}

const kindOrder: { readonly [K in Kind]: number } = { b: 0, i: 1, f: 2 };
const streamStep = 0x9e3779b9;

export interface Emitter {
  /** The value of a node that is known. */
  value(node: Node): Value;
  set(node: Node, value: Value): void;
  /** Computes nodes in order; each is known afterwards. */
  compute(nodes: readonly Node[], place: Place): void;
}

export function emitterOf(
  k: ShaderBuilder,
  { kernel: { name, widths }, axisOf }: FusedLaunch,
  sizes: readonly Value[],
  errors: Words | null,
): Emitter {
  const values = new Map<Node, Value>();

  function value(node: Node): Value {
    const known = values.get(node);
    if (known === undefined) throw new Error(`the step of ${name} uses node ${node.id} before it is listed`);
    return known;
  }

  function set(node: Node, to: Value): void {
    values.set(node, k.let(convert(to, typeOf(node.kind, widths)), "n"));
  }

  function evaluate(node: Node, place: Place): Value {
    const { op, p, args } = node;
    const type = typeOf(node.kind, widths);
    switch (op) {
      case "const":
        return literal(type, type === "bool" ? Number(p) !== 0 : numberOf(type, p as number | bigint));
      case "input":
        return place.input(p as number);
      case "index":
        return position(p as Axes, place);
      case "size":
        return along(p as Axes).reduce((count, d) => count.mul(sizes[d] as Value), i32(1));
      case "linear":
        return position(~0, place);
      case "rand":
        return random(node, type, place);
      case "reduce":
        return value(node);
      case "cast":
      case "detach":
        return value(args[0] as Node);
      case "select": {
        const [condition, yes, no] = args.map(value) as [Value, Value, Value];
        return convert(condition, "bool").select(convert(yes, type), convert(no, type));
      }
      default:
        return operate(node);
    }
  }

  function operate({ op, args }: Node): Value {
    if (!isUnary(op) && !isBinary(op))
      throw new Error(`the step of ${name} holds an unknown operation "${op}"`);
    const meet = args.reduce<Kind>(
      (kind, arg) => (kindOrder[arg.kind] > kindOrder[kind] ? arg.kind : kind),
      "b",
    );
    const type = typeOf(computeKind(op, meet), widths);
    const [a, b] = args.map((arg) => convert(value(arg), type)) as [Value, Value];
    if (isUnary(op)) return unary[op](a);
    if (errors !== null && divisions.has(op) && type !== "f32")
      reportIf(k, errors, b.eq(0), { code: "divisionByZero", op: name });
    return binary[op](a, b);
  }

  function along(axes: Axes): number[] {
    return axisOf.flatMap((axis, d) => (((axes >> axis) & 1) === 1 ? [d] : []));
  }

  /** Row-major position along axes. */
  function position(axes: Axes, place: Place): Value {
    const dims = along(axes);
    return ravel(
      dims.map((d) => place.coordinate(d)),
      dims.map((d) => sizes[d] as Value),
    );
  }

  function random({ p, args }: Node, type: Type, place: Place): Value {
    const [seed, offset] = args.map((arg) => value(arg).to("i64")) as [Value, Value];
    const at = position(~0, place);
    const wide = type === "i64";
    const words = offset.high().add(u32(Math.imul(Number(p), streamStep) >>> 0));
    const counter: Words4 = [at.shr(wide ? 1 : 2).to("u32"), u32(0), offset.low(), words];
    const drawn = philox(k, counter, [seed.low(), seed.high()]);
    if (wide) {
      const even = at.and(1).eq(0);
      const [high, low] = [even.select(drawn[0], drawn[2]), even.select(drawn[1], drawn[3])];
      return low
        .join(high)
        .shr(1)
        .and(literal("i64", 2n ** 63n - 1n));
    }
    const lane = k.let(at.and(3));
    const word = lane
      .lt(2)
      .select(lane.eq(0).select(drawn[0], drawn[1]), lane.eq(2).select(drawn[2], drawn[3]));
    return type === "f32"
      ? word
          .shr(8)
          .to("f32")
          .mul(2 ** -24)
      : word.shr(1).to("i32");
  }

  return {
    value,
    set,
    compute: (nodes, place) => {
      for (const node of nodes) set(node, evaluate(node, place));
    },
  };
}
