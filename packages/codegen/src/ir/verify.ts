/** Checks a shader before it is printed: names, types, buffer access, and barriers that every invocation reaches. */
import { callType } from "./intrinsics.js";
import type { DeviceFunction, Expr, Shader, Stmt, Type } from "./types.js";

interface Name {
  readonly type: Type;
  readonly mutable: boolean;
  /** Whether all invocations of a workgroup hold the same value. */
  uniform: boolean;
}
type Scope = Map<string, Name>;

export interface Limits {
  readonly maxLanes: number;
  readonly sharedBytes: number;
  readonly maxBuffers: number;
}

/** Everything wrong with a shader, as sentences; empty when nothing is. */
export function verify(shader: Shader, limits?: Limits): string[] {
  const check = new Check(shader);
  check.block(shader.body, new Map(), true);
  if (limits !== undefined) check.limits(limits);
  return check.wrong;
}

class Check {
  readonly wrong: string[] = [];
  private result: Type | null = null;
  /** Whether every invocation of the workgroup comes by the statement under check. */
  private together = true;
  private readonly seen = new Map<string, DeviceFunction>();

  constructor(private readonly shader: Shader) {}

  limits({ maxLanes, sharedBytes, maxBuffers }: Limits): void {
    const { lanes, shared, buffers } = this.shader;
    const bytes = shared.reduce((sum, { type, length }) => sum + length * (type === "i64" ? 8 : 4), 0);
    if (lanes > maxLanes) this.report(`${lanes} invocations in a workgroup, the device has ${maxLanes}`);
    if (bytes > sharedBytes) this.report(`${bytes} bytes of workgroup memory, the device has ${sharedBytes}`);
    if (buffers.length > maxBuffers) this.report(`${buffers.length} buffers, the device binds ${maxBuffers}`);
  }

  block(statements: readonly Stmt[], outer: Scope, uniform: boolean): void {
    const scope: Scope = new Map(outer);
    for (const statement of statements) this.statement(statement, scope, uniform);
  }

  private statement(s: Stmt, scope: Scope, uniform: boolean): void {
    this.together = uniform;
    switch (s.op) {
      case "let":
      case "var":
        if (scope.has(s.name)) this.report(`${s.name} is declared twice`);
        scope.set(s.name, {
          type: s.value.type,
          mutable: s.op === "var",
          uniform: this.value(s.value, scope) && uniform,
        });
        return;
      case "assign": {
        const name = scope.get(s.name);
        const same = this.value(s.value, scope);
        if (name === undefined) this.report(`${s.name} is assigned before it is declared`);
        else if (!name.mutable) this.report(`${s.name} is assigned but is no variable`);
        else if (name.type !== s.value.type)
          this.report(`${s.name} is ${name.type}, assigned ${s.value.type}`);
        if (name !== undefined) name.uniform &&= same && uniform;
        return;
      }
      case "store":
        this.typed(s.index, "i32", scope);
        this.typed(s.value, "u32", scope);
        this.access(s.buffer, "write");
        return;
      case "storeShared":
        this.typed(s.index, "i32", scope);
        this.typed(s.value, this.array(s.array), scope);
        return;
      case "atomic":
        this.typed(s.index, "i32", scope);
        for (const arg of s.args) this.typed(arg, "u32", scope);
        this.access(s.buffer, "atomic");
        if (s.result !== null) scope.set(s.result, { type: "u32", mutable: false, uniform: false });
        return;
      case "if": {
        const same = this.typed(s.condition, "bool", scope) && uniform;
        this.block(s.yes, scope, same);
        this.block(s.no, scope, same);
        return;
      }
      case "for": {
        const same =
          [s.from, s.to, s.step].map((bound) => this.typed(bound, "i32", scope)).every(Boolean) && uniform;
        this.block(s.body, new Map(scope).set(s.name, { type: "i32", mutable: false, uniform: same }), same);
        return;
      }
      case "while":
        this.block(s.body, scope, this.typed(s.condition, "bool", scope) && uniform);
        return;
      case "barrier":
        if (!uniform) this.report("a barrier stands where not every invocation comes by");
        return;
      case "return":
        if ((s.value === null ? null : s.value.type) !== this.result)
          this.report(`returns ${s.value?.type ?? "nothing"}, expected ${this.result ?? "nothing"}`);
        if (s.value !== null) this.value(s.value, scope);
        return;
      default:
        s satisfies never;
    }
  }

  /** Checks an expression; whether it is the same for all invocations of a workgroup. */
  private value(e: Expr, scope: Scope): boolean {
    switch (e.op) {
      case "literal":
        return true;
      case "param":
        if (this.shader.params[e.at]?.type !== e.type) this.report(`parameter ${e.at} is no ${e.type}`);
        return true;
      case "builtin":
        return e.name === "group";
      case "name": {
        const name = scope.get(e.name);
        if (name === undefined) this.report(`${e.name} is used where it is not known`);
        else if (name.type !== e.type) this.report(`${e.name} is ${name.type}, used as ${e.type}`);
        return name?.uniform ?? false;
      }
      case "call": {
        const type = callType(
          e.name,
          e.args.map((arg) => arg.type),
        ); // prettier-ignore
        if (typeof type === "object") this.report(type.wrong);
        else if (type !== e.type) this.report(`${e.name} gives ${type}, taken for ${e.type}`);
        if (e.name === "shuffleXor") {
          if (!this.together) this.report("values are exchanged where not every invocation comes by");
          this.all(e.args, scope);
          return false;
        }
        return this.all(e.args, scope);
      }
      case "invoke":
        this.called(e.fn);
        return this.all(e.args, scope);
      case "cast":
      case "bitcast":
        return this.value(e.from, scope);
      case "select":
        return this.all([e.condition, e.yes, e.no], scope);
      case "load":
        this.typed(e.index, "i32", scope);
        this.access(e.buffer, "load");
        return false;
      case "loadShared":
        this.typed(e.index, "i32", scope);
        if (this.array(e.array) !== e.type) this.report(`${e.array} holds no ${e.type}`);
        return false;
      default:
        e satisfies never;
        return false;
    }
  }

  private all(args: readonly Expr[], scope: Scope): boolean {
    return args.map((arg) => this.value(arg, scope)).every(Boolean);
  }

  private typed(e: Expr, type: Type, scope: Scope): boolean {
    if (e.type !== type) this.report(`expected ${type}, got ${e.type}`);
    return this.value(e, scope);
  }

  private called(fn: DeviceFunction): void {
    const known = this.seen.get(fn.name);
    if (known === fn) return;
    if (known !== undefined) this.report(`two functions are named ${fn.name}`);
    this.seen.set(fn.name, fn);
    const scope: Scope = new Map(
      fn.params.map(({ name, type }) => [name, { type, mutable: false, uniform: false }]),
    );
    const outer = this.result;
    this.result = fn.result;
    this.block(fn.body, scope, false);
    this.result = outer;
  }

  private access(at: number, use: "load" | "write" | "atomic"): void {
    const buffer = this.shader.buffers[at];
    const allowed = { read: ["load"], write: ["load", "write"], atomic: ["atomic"] };
    if (buffer === undefined) this.report(`buffer ${at} is not declared`);
    else if (!allowed[buffer.access].includes(use))
      this.report(`${buffer.name} is for ${buffer.access}, used for ${use}`);
  }

  private array(name: string): Type {
    const array = this.shader.shared.find((shared) => shared.name === name);
    if (array === undefined) this.report(`${name} is no workgroup memory`);
    return array?.type ?? "u32";
  }

  private report(what: string): void {
    this.wrong.push(`${this.shader.name}: ${what}`);
  }
}
