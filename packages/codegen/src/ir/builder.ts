/** Writes statements of the IR: what a lowering holds while it makes a shader or a device function. */
import { type AtomicName, atomics } from "./intrinsics.js";
import type { Access, DeviceFunction, Expr, ParamType, Shader, Stmt, Type } from "./types.js";
import { asValue, type Like, Value } from "./value.js";

const nameOf = (type: Type, name: string): Value => new Value({ op: "name", type, name });
const indexOf = (index: Like): Expr => asValue("i32", index).expr;

/** A variable that may be assigned again. */
export class Variable {
  constructor(
    private readonly code: Code,
    private readonly name: string,
    readonly type: Type,
  ) {}
  get value(): Value {
    return nameOf(this.type, this.name);
  }
  set(value: Like): void {
    this.code.push({ op: "assign", name: this.name, value: checked(this.type, value, this.name).expr });
  }
}

/** Variables that change together. */
export interface Variables {
  readonly values: readonly Value[];
  /** The new values are all computed before the first is assigned. */
  set(next: readonly Value[]): void;
}

/** An array that the invocations of a workgroup share. */
export class Shared {
  constructor(
    private readonly code: Code,
    readonly name: string,
    readonly type: Type,
    readonly length: number,
  ) {}
  at(index: Like): Value {
    return new Value({
      op: "loadShared",
      type: this.type,
      array: this.name,
      index: indexOf(index),
    });
  }
  set(index: Like, value: Like): void {
    const stored = checked(this.type, value, this.name).expr;
    this.code.push({ op: "storeShared", array: this.name, index: indexOf(index), value: stored });
  }
}

/** A buffer of 32-bit words. */
export class Words {
  constructor(
    private readonly code: Code,
    readonly at: number,
    readonly access: Access,
  ) {}
  load(index: Like): Value {
    if (this.access === "atomic") return this.atomic("load", index, []);
    return new Value({ op: "load", type: "u32", buffer: this.at, index: indexOf(index) });
  }
  store(index: Like, given: Value): void {
    const value = checked("u32", given, "store").expr;
    if (this.access === "atomic") this.atomic("exchange", index, [given]);
    else this.code.push({ op: "store", buffer: this.at, index: indexOf(index), value });
  }
  /** A value computed here, before what is stored next. */
  named(value: Value): Value {
    return this.code.let(value);
  }
  /** An atomic operation on a word; gives the word before. */
  atomic(name: AtomicName, index: Like, args: readonly Value[]): Value {
    if (args.length !== atomics[name])
      throw new TypeError(`${name} takes ${atomics[name]} words, got ${args.length}`);
    const result = this.code.fresh("old");
    this.code.push({
      op: "atomic",
      name,
      buffer: this.at,
      index: indexOf(index),
      args: args.map((arg) => checked("u32", arg, name).expr),
      result,
    });
    return nameOf("u32", result);
  }
}

function checked(type: Type, value: Like, where: string): Value {
  const typed = asValue(type, value);
  if (typed.type !== type) throw new TypeError(`${where}: expected ${type}, got ${typed.type}`);
  return typed;
}

/** A sequence of statements under construction. */
export class Code {
  protected statements: Stmt[] = [];
  private names = 0;

  push(statement: Stmt): void {
    this.statements.push(statement);
  }
  fresh(hint: string): string {
    return `${hint}_${this.names++}`;
  }

  /** Names a value, so that it is computed once, here. */
  let(value: Value, hint = "t"): Value {
    const { op } = value.expr;
    if (op === "name" || op === "literal") return value;
    const name = this.fresh(hint);
    this.push({ op: "let", name, value: value.expr });
    return nameOf(value.type, name);
  }
  variable(initial: Value, hint = "v"): Variable {
    const name = this.fresh(hint);
    this.push({ op: "var", name, value: initial.expr });
    return new Variable(this, name, initial.type);
  }
  variables(initial: readonly Value[], hint?: string): Variables {
    const all = initial.map((value) => this.variable(value, hint));
    return {
      values: all.map(({ value }) => value),
      set: (next) => {
        const computed = next.map((value) => this.let(value));
        for (const [i, variable] of all.entries()) variable.set(computed[i] as Value);
      },
    };
  }
  if(condition: Value, then: () => void, otherwise?: () => void): void {
    const [yes, no] = [this.block(then), otherwise === undefined ? [] : this.block(otherwise)];
    this.push({ op: "if", condition: checked("bool", condition, "if").expr, yes, no });
  }
  for(from: Like, to: Like, body: (i: Value) => void, step: Like = 1): void {
    const name = this.fresh("i");
    const index = nameOf("i32", name);
    const [start, end, by] = [from, to, step].map((x) => checked("i32", x, "for").expr);
    this.push({ op: "for", name, from: start!, to: end!, step: by!, body: this.block(() => body(index)) });
  }
  while(condition: Value, body: () => void): void {
    this.push({ op: "while", condition: checked("bool", condition, "while").expr, body: this.block(body) });
  }
  return(value: Value | null = null): void {
    this.push({ op: "return", value: value?.expr ?? null });
  }
  block(body: () => void): readonly Stmt[] {
    const outer = this.statements;
    this.statements = [];
    body();
    const block = this.statements;
    this.statements = outer;
    return block;
  }
}

/** A shader under construction. Parameters and buffers are numbered as they are declared. */
export class ShaderBuilder extends Code {
  private readonly params: { name: string; type: ParamType }[] = [];
  private readonly buffers: { name: string; access: Access }[] = [];
  private readonly arrays: { name: string; type: Type; length: number }[] = [];

  constructor(
    readonly name: string,
    readonly lanes: number,
  ) {
    super();
  }

  /** Number of the workgroup, counted through the whole dispatch; the last ones may be surplus. */
  readonly group = new Value({ op: "builtin", type: "i32", name: "group" });
  /** Place of the invocation in its workgroup. */
  readonly lane = new Value({ op: "builtin", type: "i32", name: "lane" });
  /** Number of the invocation in the whole dispatch. */
  get invocation(): Value {
    return this.group.mul(this.lanes).add(this.lane);
  }

  param(name: string, type: ParamType = "i32"): Value {
    const at = this.params.push({ name: `${name}_${this.params.length}`, type }) - 1;
    return new Value({ op: "param", type, at });
  }
  buffer(name: string, access: Access): Words {
    return new Words(this, this.buffers.push({ name: `${name}_${this.buffers.length}`, access }) - 1, access);
  }
  shared(type: Type, length: number, hint = "shared"): Shared {
    const name = this.fresh(hint);
    this.arrays.push({ name, type, length });
    return new Shared(this, name, type, length);
  }
  barrier(): void {
    this.push({ op: "barrier" });
  }

  finish(): Shader {
    const { name, lanes, params, buffers } = this;
    return { name, lanes, params, buffers, shared: this.arrays, body: this.statements };
  }
}

/** A function of scalars, from its body in TypeScript. */
export function deviceFunction(
  name: string,
  params: readonly Type[],
  result: Type,
  body: (code: Code, ...args: Value[]) => Value,
): DeviceFunction {
  const named = params.map((type, i) => ({ name: `a${i}`, type }));
  const code = new Code();
  const args = named.map(({ name, type }) => nameOf(type, name));
  const statements = code.block(() => code.return(checked(result, body(code, ...args), name)));
  return { name, params: named, result, body: statements };
}
