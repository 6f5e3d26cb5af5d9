/** Expressions as they are written in lowerings: `i.mul(stride).add(offset)`. Types are checked as the expression is made. */
import { callType, type IntrinsicName } from "./intrinsics.js";
import type { DeviceFunction, Expr, Type } from "./types.js";

/** What may stand for a value: a plain number or boolean takes the type it meets. */
export type Like = Value | number | bigint | boolean;

export class Value {
  constructor(readonly expr: Expr) {}

  get type(): Type {
    return this.expr.type;
  }

  add(other: Like): Value {
    return binary("add", this, other);
  }
  sub(other: Like): Value {
    return binary("sub", this, other);
  }
  mul(other: Like): Value {
    return binary("mul", this, other);
  }
  div(other: Like): Value {
    return binary("div", this, other);
  }
  rem(other: Like): Value {
    return binary("rem", this, other);
  }
  min(other: Like): Value {
    return binary("min", this, other);
  }
  max(other: Like): Value {
    return binary("max", this, other);
  }
  and(other: Like): Value {
    return binary("and", this, other);
  }
  or(other: Like): Value {
    return binary("or", this, other);
  }
  xor(other: Like): Value {
    return binary("xor", this, other);
  }
  eq(other: Like): Value {
    return binary("eq", this, other);
  }
  ne(other: Like): Value {
    return binary("ne", this, other);
  }
  lt(other: Like): Value {
    return binary("lt", this, other);
  }
  le(other: Like): Value {
    return binary("le", this, other);
  }
  gt(other: Like): Value {
    return binary("gt", this, other);
  }
  ge(other: Like): Value {
    return binary("ge", this, other);
  }
  shl(bits: Like): Value {
    return call("shl", this, asValue("u32", bits));
  }
  shr(bits: Like): Value {
    return call("shr", this, asValue("u32", bits));
  }
  neg(): Value {
    return call("neg", this);
  }
  not(): Value {
    return call("not", this);
  }
  abs(): Value {
    return call("abs", this);
  }
  floor(): Value {
    return call("floor", this);
  }
  ceil(): Value {
    return call("ceil", this);
  }
  trunc(): Value {
    return call("trunc", this);
  }
  round(): Value {
    return call("round", this);
  }
  sqrt(): Value {
    return call("sqrt", this);
  }

  /** The value converted; floats lose their fraction on the way to an integer, which they must fit. */
  to(type: Type): Value {
    return this.type === type ? this : new Value({ op: "cast", type, from: this.expr });
  }
  /** The same 32 bits as another type. */
  bits(type: "u32" | "i32" | "f32"): Value {
    return this.type === type ? this : new Value({ op: "bitcast", type, from: this.expr });
  }
  /** `then` where this condition holds, else `otherwise`; both are computed. */
  select(then: Like, otherwise: Like): Value {
    const typed = [then, otherwise].find((x): x is Value => x instanceof Value);
    if (typed === undefined) throw new TypeError("select: expected a typed value in one of its branches");
    const [a, b] = [asValue(typed.type, then), asValue(typed.type, otherwise)];
    if (this.type !== "bool" || a.type !== b.type)
      throw new TypeError(
        `select: expected bool and two of a type, got ${this.type}, ${a.type} and ${b.type}`,
      );
    return new Value({ op: "select", type: a.type, condition: this.expr, yes: a.expr, no: b.expr });
  }
}

export function literal(type: Type, value: number | bigint | boolean): Value {
  return new Value({ op: "literal", type, value });
}

/** A value of `type`: the value itself, or a literal. */
export const asValue = (type: Type, x: Like): Value => (x instanceof Value ? x : literal(type, x));

export const i32 = (x: number): Value => literal("i32", x);
export const u32 = (x: number): Value => literal("u32", x);
export const f32 = (x: number): Value => literal("f32", x);

export function call(name: IntrinsicName, ...args: readonly Value[]): Value {
  const type = callType(
    name,
    args.map((arg) => arg.type),
  );
  if (typeof type === "object") throw new TypeError(type.wrong);
  return new Value({ op: "call", type, name, args: args.map((arg) => arg.expr) });
}

const binary = (name: IntrinsicName, a: Value, b: Like): Value => call(name, a, asValue(a.type, b));

/** A call of a device function. */
export function invoke(fn: DeviceFunction, ...args: readonly Value[]): Value {
  const given = args.map((arg) => arg.type).join();
  const expected = fn.params.map((param) => param.type).join();
  if (given !== expected) throw new TypeError(`${fn.name} takes (${expected}), got (${given})`);
  return new Value({ op: "invoke", type: fn.result, fn, args: args.map((arg) => arg.expr) });
}
