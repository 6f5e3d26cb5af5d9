/** Expressions as they are written in lowerings: `i.mul(stride).add(offset)`. Types are checked as the expression is made. */
import { callType, type IntrinsicName, intrinsic, intrinsics } from "./intrinsics.js";
import type { DeviceFunction, Expr, Type } from "./types.js";

/** What may stand for a value: a plain number or boolean takes the type it meets. */
export type Like = Value | number | bigint | boolean;

/** Every operation of the IR as a method of its first argument. */
type Operations = {
  readonly [K in IntrinsicName]: (typeof intrinsics)[K]["args"] extends 1
    ? () => Value
    : (other: Like) => Value;
};
export type Value = Typed & Operations;

class Typed {
  constructor(readonly expr: Expr) {}

  get type(): Type {
    return this.expr.type;
  }

  /** The value converted; floats lose their fraction on the way to an integer, which they must fit. */
  to(this: Value, type: Type): Value {
    return this.type === type ? this : new Value({ op: "cast", type, from: this.expr });
  }
  /** The same 32 bits as another type. */
  bits(this: Value, type: "u32" | "i32" | "f32"): Value {
    return this.type === type ? this : new Value({ op: "bitcast", type, from: this.expr });
  }
  /** `then` where this condition holds, else `otherwise`; both are computed. */
  select(then: Like, otherwise: Like): Value {
    const typed = [then, otherwise].find((x) => typeof x === "object");
    if (typed === undefined) throw new TypeError("select: expected a typed value in one of its branches");
    const [a, b] = [asValue(typed.type, then), asValue(typed.type, otherwise)];
    if (this.type !== "bool" || a.type !== b.type)
      throw new TypeError(
        `select: expected bool and two of a type, got ${this.type}, ${a.type} and ${b.type}`,
      );
    return new Value({ op: "select", type: a.type, condition: this.expr, yes: a.expr, no: b.expr });
  }
}

export const Value = Typed as { new (expr: Expr): Value; readonly prototype: Value };
for (const name of Object.keys(intrinsics) as IntrinsicName[])
  Object.assign(Typed.prototype, {
    [name](this: Value, ...others: readonly Like[]): Value {
      const type = intrinsic(name).last ?? this.type;
      return call(name, this, ...others.map((other) => asValue(type, other)));
    },
  });

export function literal(type: Type, value: number | bigint | boolean): Value {
  return new Value({ op: "literal", type, value });
}

/** A value of `type`: the value itself, or a literal. */
export const asValue = (type: Type, x: Like): Value => (typeof x === "object" ? x : literal(type, x));

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

/** A call of a device function. */
export function invoke(fn: DeviceFunction, ...args: readonly Value[]): Value {
  const given = args.map((arg) => arg.type).join();
  const expected = fn.params.map((param) => param.type).join();
  if (given !== expected) throw new TypeError(`${fn.name} takes (${expected}), got (${given})`);
  return new Value({ op: "invoke", type: fn.result, fn, args: args.map((arg) => arg.expr) });
}
