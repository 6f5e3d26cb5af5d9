/** 64-bit integers in WGSL: pairs of words, low first, and the functions that work on them. Only those used are printed. */
import type { IntrinsicName } from "../../ir/intrinsics.js";
import type { Type } from "../../ir/types.js";

interface Source {
  readonly params: string;
  readonly result: string;
  readonly body: string;
}

const like =
  (params: string, result: string) =>
  (body: string): Source => ({ params, result, body });
const unary = like("a: int64", "int64");
const binary = like("a: int64, b: int64", "int64");
const test = like("a: int64, b: int64", "bool");
const shift = like("a: int64, n: u32", "int64");
const word = like("a: int64", "u32");

const returned = (value: string): string => `return ${value};`;
const compared = (high: string, low: string): Source =>
  test(returned(`select(bitcast<i32>(a.y) ${high} bitcast<i32>(b.y), a.x ${low} b.x, a.y == b.y)`));

const sources: Readonly<Record<string, Source>> = {
  add: binary("let low = a.x + b.x; return int64(low, a.y + b.y + u32(low < a.x));"),
  sub: binary(returned("int64(a.x - b.x, a.y - b.y - u32(a.x < b.x))")),
  mul: binary(returned("int64(a.x * b.x, mulhi(a.x, b.x) + a.x * b.y + a.y * b.x)")),
  neg: unary(returned("i64_sub(int64(), a)")),
  abs: unary("if ((a.y >> 31u) != 0u) { return i64_neg(a); } return a;"),
  // Quotient (xy) and remainder (zw) of unsigned values, a bit at a time.
  divide: like(
    "a: int64, b: int64",
    "vec4<u32>",
  )(`
  var quotient = a;
  var rest = int64();
  for (var i = 0; i < 64; i++) {
    let carry = rest.y >> 31u;
    rest = int64((rest.x << 1u) | (quotient.y >> 31u), (rest.y << 1u) | (rest.x >> 31u));
    quotient = int64(quotient.x << 1u, (quotient.y << 1u) | (quotient.x >> 31u));
    if (carry != 0u || rest.y > b.y || (rest.y == b.y && rest.x >= b.x)) { rest = i64_sub(rest, b); quotient.x |= 1u; }
  }
  return vec4<u32>(quotient, rest);`),
  div: binary(`
  let quotient = i64_divide(i64_abs(a), i64_abs(b)).xy;
  if (((a.y ^ b.y) >> 31u) != 0u) { return i64_neg(quotient); }
  return quotient;`),
  rem: binary(`
  let rest = i64_divide(i64_abs(a), i64_abs(b)).zw;
  if ((a.y >> 31u) != 0u) { return i64_neg(rest); }
  return rest;`),
  and: binary(returned("a & b")),
  or: binary(returned("a | b")),
  xor: binary(returned("a ^ b")),
  not: unary(returned("~a")),
  shl: shift(`
  if (n == 0u) { return a; }
  if (n >= 32u) { return int64(0u, a.x << (n - 32u)); }
  return int64(a.x << n, (a.y << n) | (a.x >> (32u - n)));`),
  shr: shift(`
  let high = bitcast<i32>(a.y);
  if (n == 0u) { return a; }
  if (n >= 32u) { return int64(bitcast<u32>(high >> (n - 32u)), bitcast<u32>(high >> 31u)); }
  return int64((a.x >> n) | (a.y << (32u - n)), bitcast<u32>(high >> n));`),
  eq: test(returned("all(a == b)")),
  ne: test(returned("any(a != b)")),
  lt: compared("<", "<"),
  le: compared("<", "<="),
  gt: compared(">", ">"),
  ge: compared(">", ">="),
  min: binary(returned("select(b, a, i64_lt(a, b))")),
  max: binary(returned("select(a, b, i64_lt(a, b))")),
  low: word(returned("a.x")),
  high: word(returned("a.y")),
  join: like("low: u32, high: u32", "int64")(returned("int64(low, high)")),
  from_i32: like("a: i32", "int64")(returned("int64(bitcast<u32>(a), bitcast<u32>(a >> 31u))")),
  from_u32: like("a: u32", "int64")(returned("int64(a, 0u)")),
  from_bool: like("a: bool", "int64")(returned("int64(u32(a), 0u)")),
  from_f32: like(
    "a: f32",
    "int64",
  )(`
  let size = abs(a);
  let high = u32(size * 0x1p-32f);
  let whole = int64(u32(size - f32(high) * 0x1p32f), high);
  if (a < 0.0) { return i64_neg(whole); }
  return whole;`),
  to_i32: like("a: int64", "i32")(returned("bitcast<i32>(a.x)")),
  to_u32: word(returned("a.x")),
  to_bool: like("a: int64", "bool")(returned("any(a != int64())")),
  // The 32 leading bits decide; what is below them only whether a half rounds up.
  to_f32: like(
    "a: int64",
    "f32",
  )(`
  let size = i64_abs(a);
  var value = f32(size.x);
  if (size.y != 0u) {
    let zeros = countLeadingZeros(size.y);
    let top = i64_shl(size, zeros);
    value = f32(top.y | u32(top.x != 0u)) * exp2(f32(32u - zeros));
  }
  return select(value, -value, (a.y >> 31u) != 0u);`),
};

export class Int64 {
  /** Functions by name: WGSL lets them stand in any order. */
  private readonly used = new Map<string, string>();

  /** What to print before the shader's own functions. */
  sources(): string[] {
    return this.used.size === 0 ? [] : ["alias int64 = vec2<u32>;", ...this.used.values()];
  }

  /** Whether a function used multiplies words to their high half. */
  get multiplies(): boolean {
    return this.used.has("mul");
  }

  call(name: IntrinsicName, args: readonly string[]): string {
    this.use(name);
    return `i64_${name}(${args.join(", ")})`;
  }

  cast(value: string, from: Type, to: Type): string {
    if (from === to) return value;
    const name = to === "i64" ? `from_${from}` : `to_${to}`;
    this.use(name);
    return `i64_${name}(${value})`;
  }

  private use(name: string): void {
    if (this.used.has(name)) return;
    const source = sources[name];
    if (source === undefined) throw new TypeError(`WGSL has no 64-bit form of ${name}`);
    const { params, result, body } = source;
    this.used.set(name, `fn i64_${name}(${params}) -> ${result} { ${body} }`);
    for (const [, callee] of body.matchAll(/i64_(\w+)/g)) this.use(callee as string);
  }
}
