/**
 * WGSL. Its oddities stand here: constants must be finite, i64 is a pair of words, uniform arrays have elements of 16
 * bytes, shifts count in u32.
 */
import type { IntrinsicName } from "../../ir/intrinsics.js";
import type { DeviceFunction, Shader, Stmt, Type } from "../../ir/types.js";
import { paramBytes, wordsBefore } from "../../params.js";
import { CLike } from "../clike.js";
import { Int64 } from "./int64.js";

/** The source of a shader. Parameters are a uniform at binding 0, buffer i stands at binding i + 1, all in group 0. */
export const printWgsl = (shader: Shader): string => new Wgsl(shader).print();

const types: Record<Type, string> = { bool: "bool", i32: "i32", u32: "u32", f32: "f32", i64: "vec2<u32>" };

/** Operations that WGSL writes as functions of the same name. */
const functions: readonly IntrinsicName[] = [
  "min",
  "max",
  "abs",
  "floor",
  "ceil",
  "trunc",
  "round",
  "sqrt",
  "mulhi",
];

const smallestNormal = 2 ** -126;

class Wgsl extends CLike {
  protected readonly barrier = "workgroupBarrier();";
  private readonly int64 = new Int64();
  /** The parameters used, by name. */
  private readonly params = new Map<string, string>();
  private hidesBits = false;
  private multipliesHigh = false;
  private exchanges = false;

  protected prelude(): string[] {
    const { shader } = this;
    const vectors = paramBytes(shader) / 16;
    const lines = [
      ...(this.exchanges ? ["enable subgroups;"] : []),
      `// ${shader.name}`,
      `struct Params { words: array<vec4<u32>, ${vectors}> }`,
      "@group(0) @binding(0) var<uniform> params: Params;",
    ];
    for (const [i, { name, access }] of shader.buffers.entries()) {
      const mode = access === "read" ? "read" : "read_write";
      const word = access === "atomic" ? "atomic<u32>" : "u32";
      lines.push(`@group(0) @binding(${i + 1}) var<storage, ${mode}> ${name}: array<${word}>;`);
    }
    for (const { name, type, length } of shader.shared)
      lines.push(`var<workgroup> ${name}: array<${types[type]}, ${length}>;`);
    if (this.hidesBits) lines.push("var<private> no_bits: u32 = 0u;");
    if (this.multipliesHigh || this.int64.multiplies) lines.push(mulhi);
    return [...lines, ...this.int64.sources()];
  }

  protected entry(body: string): string {
    return [
      `@compute @workgroup_size(${this.shader.lanes})`,
      "fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {",
      "  let group_index = i32(at.x + at.y * grid.x);",
      "  let lane_index = i32(lane);",
      ...[...this.params].map(([name, value]) => `  let ${name} = ${value};`),
      `${body}\n}`,
    ].join("\n");
  }

  protected function(fn: DeviceFunction, body: string): string {
    const params = fn.params.map(({ name, type }) => `${name}: ${types[type]}`).join(", ");
    return `fn ${fn.name}(${params}) -> ${types[fn.result]} {\n${body}\n}`;
  }

  protected literal(type: Type, value: number | bigint | boolean): string {
    switch (type) {
      case "bool":
        return value ? "true" : "false";
      case "u32":
        return `${Number(value) >>> 0}u`;
      case "i32":
        return `i32(${Number(value)})`;
      case "i64": {
        const bits = BigInt.asUintN(64, BigInt(value as number));
        return `vec2<u32>(${bits & 0xffffffffn}u, ${bits >> 32n}u)`;
      }
      case "f32":
        return this.float(Math.fround(Number(value)));
      default:
        return type satisfies never;
    }
  }

  /** Constants that are no normal number come from bits the compiler cannot see through: WGSL forbids them otherwise. */
  private float(value: number): string {
    if (value === 0 || (Number.isFinite(value) && Math.abs(value) >= smallestNormal)) {
      const text = Object.is(value, -0) ? "-0.0" : String(value);
      return `f32(${/[.e]/.test(text) ? text : `${text}.0`})`;
    }
    this.hidesBits = true;
    const bits = new Uint32Array(new Float32Array([value]).buffer)[0] as number;
    return `bitcast<f32>(${bits}u | no_bits)`;
  }

  protected intrinsic(name: IntrinsicName, args: readonly string[], kinds: readonly Type[]): string | null {
    const type = kinds[0] as Type;
    if (name === "shuffleXor") {
      this.exchanges = true;
      return `subgroupShuffleXor(${args.join(", ")})`;
    }
    if (type === "i64" || name === "join") return this.int64.call(name, args);
    if (name === "neg") return `(-${args[0]})`;
    if (name === "not") return type === "bool" ? `(!${args[0]})` : `(~${args[0]})`;
    if (name === "xor" && type === "bool") return `(${args.join(" != ")})`;
    if (name === "mulhi") this.multipliesHigh = true;
    if (functions.includes(name)) return `${name}(${args.join(", ")})`;
    return null;
  }

  /** Read once, at the start: software drivers would read a parameter again at each use. */
  protected param(at: number, type: Type): string {
    const name = `param_${at}`;
    this.params.set(name, this.loaded(at, type));
    return name;
  }

  private loaded(at: number, type: Type): string {
    const first = wordsBefore(this.shader, at);
    const word = (i: number): string => `params.words[${i >> 2}].${"xyzw"[i & 3]}`;
    if (type === "i64") return `vec2<u32>(${word(first)}, ${word(first + 1)})`;
    return type === "u32" ? word(first) : `bitcast<${types[type]}>(${word(first)})`;
  }

  protected builtin(name: "group" | "lane"): string {
    return `${name}_index`;
  }

  protected cast(value: string, from: Type, to: Type): string {
    if (from === "i64" || to === "i64") return this.int64.cast(value, from, to);
    return `${types[to]}(${value})`;
  }

  protected bitcast(value: string, to: Type): string {
    return `bitcast<${types[to]}>(${value})`;
  }

  protected select(condition: string, then: string, otherwise: string): string {
    return `select(${otherwise}, ${then}, ${condition})`;
  }

  protected declare(mutable: boolean, name: string, type: Type, value: string): string {
    return `${mutable ? "var" : "let"} ${name}: ${types[type]} = ${value};`;
  }

  protected counting(name: string, from: string, to: string, step: string): string {
    return `var ${name}: i32 = ${from}; ${name} < ${to}; ${name} += ${step}`;
  }

  protected atomic(
    { name, result }: Extract<Stmt, { op: "atomic" }>,
    word: string,
    args: readonly string[],
  ): string {
    const into = result === null ? "" : `let ${result}: u32 = `;
    if (name === "compareExchange")
      return `${into}u32(atomicCompareExchangeWeak(&${word}, ${args.join(", ")}).exchanged);`;
    const call = `atomic${(name[0] as string).toUpperCase()}${name.slice(1)}`;
    return `${into}${call}(${[`&${word}`, ...args].join(", ")});`;
  }
}

/** Four products of halves; WGSL has no product of 64 bits. */
const mulhi = `fn mulhi(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let left = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let right = (a & 0xffffu) * (b >> 16u) + (left & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u);
}`;
