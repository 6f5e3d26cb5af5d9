/** What the dialects share: statements and expressions in the manner of C. A dialect spells types, operations and declarations. */
import type { IntrinsicName } from "../ir/intrinsics.js";
import type { DeviceFunction, Expr, Shader, Stmt, Type } from "../ir/types.js";

/** Operations that every dialect writes between or before their arguments. */
const operators: Partial<Record<IntrinsicName, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  rem: "%",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  shr: ">>",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

export abstract class CLike {
  /** Functions the shader calls, directly or through others; callees first. */
  private readonly functions = new Map<string, string>();

  constructor(protected readonly shader: Shader) {}

  print(): string {
    const body = this.block(this.shader.body, 1);
    return [...this.prelude(), ...this.functions.values(), this.entry(body), ""].join("\n");
  }

  /** Declarations before the functions; called after the body was printed. */
  protected abstract prelude(): string[];
  /** The entry point around its body. */
  protected abstract entry(body: string): string;
  protected abstract function(fn: DeviceFunction, body: string): string;
  protected abstract literal(type: Type, value: number | bigint | boolean): string;
  /** An operation that is no operator, or one that this dialect spells otherwise. */
  protected abstract intrinsic(
    name: IntrinsicName,
    args: readonly string[],
    types: readonly Type[],
  ): string | null;
  protected abstract param(at: number, type: Type): string;
  protected abstract builtin(name: "group" | "lane"): string;
  protected abstract cast(value: string, from: Type, to: Type): string;
  protected abstract bitcast(value: string, to: Type): string;
  protected abstract select(condition: string, then: string, otherwise: string, type: Type): string;
  protected abstract declare(mutable: boolean, name: string, type: Type, value: string): string;
  protected abstract counting(name: string, from: string, to: string, step: string): string;
  protected abstract atomic(
    statement: Extract<Stmt, { op: "atomic" }>,
    word: string,
    args: readonly string[],
  ): string;
  protected abstract readonly barrier: string;

  protected block(statements: readonly Stmt[], depth: number): string {
    const indent = "  ".repeat(depth);
    return statements.map((s) => indent + this.statement(s, depth)).join("\n");
  }

  private braces(statements: readonly Stmt[], depth: number): string {
    return statements.length === 0 ? "{}" : `{\n${this.block(statements, depth + 1)}\n${"  ".repeat(depth)}}`;
  }

  private statement(s: Stmt, depth: number): string {
    switch (s.op) {
      case "let":
      case "var":
        return this.declare(s.op === "var", s.name, s.value.type, this.expr(s.value));
      case "assign":
        return `${s.name} = ${this.expr(s.value)};`;
      case "store":
        return `${this.word(s.buffer, s.index)} = ${this.expr(s.value)};`;
      case "storeShared":
        return `${s.array}[${this.expr(s.index)}] = ${this.expr(s.value)};`;
      case "atomic":
        return this.atomic(
          s,
          this.word(s.buffer, s.index),
          s.args.map((arg) => this.expr(arg)),
        ); // prettier-ignore
      case "if": {
        const otherwise = s.no.length === 0 ? "" : ` else ${this.braces(s.no, depth)}`;
        return `if (${this.expr(s.condition)}) ${this.braces(s.yes, depth)}${otherwise}`;
      }
      case "for": {
        const [from, to, step] = [s.from, s.to, s.step].map((bound) => this.expr(bound)) as [
          string,
          string,
          string,
        ];
        return `for (${this.counting(s.name, from, to, step)}) ${this.braces(s.body, depth)}`;
      }
      case "while":
        return `while (${this.expr(s.condition)}) ${this.braces(s.body, depth)}`;
      case "barrier":
        return this.barrier;
      case "return":
        return s.value === null ? "return;" : `return ${this.expr(s.value)};`;
      default:
        return s satisfies never;
    }
  }

  private word(buffer: number, index: Expr): string {
    return `${this.shader.buffers[buffer]?.name}[${this.expr(index)}]`;
  }

  protected expr(e: Expr): string {
    switch (e.op) {
      case "literal":
        return this.literal(e.type, e.value);
      case "name":
        return e.name;
      case "param":
        return this.param(e.at, e.type);
      case "builtin":
        return this.builtin(e.name);
      case "call": {
        const args = e.args.map((arg) => this.expr(arg));
        const own = this.intrinsic(
          e.name,
          args,
          e.args.map((arg) => arg.type),
        ); // prettier-ignore
        return own ?? `(${args.join(` ${operators[e.name]} `)})`;
      }
      case "invoke":
        this.use(e.fn);
        return `${e.fn.name}(${e.args.map((arg) => this.expr(arg)).join(", ")})`;
      case "cast":
        return this.cast(this.expr(e.from), e.from.type, e.type);
      case "bitcast":
        return this.bitcast(this.expr(e.from), e.type);
      case "select":
        return this.select(this.expr(e.condition), this.expr(e.yes), this.expr(e.no), e.type);
      case "load":
        return this.word(e.buffer, e.index);
      case "loadShared":
        return `${e.array}[${this.expr(e.index)}]`;
      default:
        return e satisfies never;
    }
  }

  private use(fn: DeviceFunction): void {
    if (this.functions.has(fn.name)) return;
    const printed = this.function(fn, this.block(fn.body, 1));
    this.functions.set(fn.name, printed);
  }
}
