/** 64-bit integers in WGSL: pairs of words, low first, and the functions that work on them. Only those used are printed. */
import type { IntrinsicName } from "../../ir/intrinsics.js";
import type { Type } from "../../ir/types.js";

interface Source {
  readonly text: string;
  readonly needs?: readonly string[];
}

const pair = "vec2<u32>";
const compare = (name: string, high: string, low: string): Source => ({
  text: `fn i64_${name}(a: ${pair}, b: ${pair}) -> bool { return select(bitcast<i32>(a.y) ${high} bitcast<i32>(b.y), a.x ${low} b.x, a.y == b.y); }`,
});
const wordwise = (name: string, operator: string): Source => ({
  text: `fn i64_${name}(a: ${pair}, b: ${pair}) -> ${pair} { return a ${operator} b; }`,
});
const divided = (name: string, result: string): Source => ({
  text: `fn i64_${name}(a: ${pair}, b: ${pair}) -> ${pair} { ${result} }`,
  needs: ["divide", "abs", "neg"],
});

const sources: Readonly<Record<string, Source>> = {
  add: {
    text: `fn i64_add(a: ${pair}, b: ${pair}) -> ${pair} { let low = a.x + b.x; return ${pair}(low, a.y + b.y + u32(low < a.x)); }`,
  },
  sub: {
    text: `fn i64_sub(a: ${pair}, b: ${pair}) -> ${pair} { return ${pair}(a.x - b.x, a.y - b.y - u32(a.x < b.x)); }`,
  },
  mul: {
    text: `fn i64_mul(a: ${pair}, b: ${pair}) -> ${pair} {
  let low = (a.x & 0xffffu) * (b.x & 0xffffu);
  let left = (a.x >> 16u) * (b.x & 0xffffu) + (low >> 16u);
  let right = (a.x & 0xffffu) * (b.x >> 16u) + (left & 0xffffu);
  let carried = (a.x >> 16u) * (b.x >> 16u) + (left >> 16u) + (right >> 16u);
  return ${pair}(a.x * b.x, carried + a.x * b.y + a.y * b.x);
}`,
  },
  neg: { text: `fn i64_neg(a: ${pair}) -> ${pair} { return i64_sub(${pair}(0u, 0u), a); }`, needs: ["sub"] },
  abs: {
    text: `fn i64_abs(a: ${pair}) -> ${pair} { if ((a.y >> 31u) != 0u) { return i64_neg(a); } return a; }`,
    needs: ["neg"],
  },
  /** Quotient (xy) and remainder (zw) of unsigned values, a bit at a time. */
  divide: {
    text: `fn i64_divide(a: ${pair}, b: ${pair}) -> vec4<u32> {
  var quotient = a;
  var rest = ${pair}(0u, 0u);
  for (var i = 0; i < 64; i++) {
    let carry = rest.y >> 31u;
    rest = ${pair}((rest.x << 1u) | (quotient.y >> 31u), (rest.y << 1u) | (rest.x >> 31u));
    quotient = ${pair}(quotient.x << 1u, (quotient.y << 1u) | (quotient.x >> 31u));
    if (carry != 0u || rest.y > b.y || (rest.y == b.y && rest.x >= b.x)) { rest = i64_sub(rest, b); quotient.x |= 1u; }
  }
  return vec4<u32>(quotient, rest);
}`,
    needs: ["sub"],
  },
  div: divided(
    "div",
    "let q = i64_divide(i64_abs(a), i64_abs(b)).xy; if (((a.y ^ b.y) >> 31u) != 0u) { return i64_neg(q); } return q;",
  ),
  rem: divided(
    "rem",
    "let r = i64_divide(i64_abs(a), i64_abs(b)).zw; if ((a.y >> 31u) != 0u) { return i64_neg(r); } return r;",
  ),
  and: wordwise("and", "&"),
  or: wordwise("or", "|"),
  xor: wordwise("xor", "^"),
  not: { text: `fn i64_not(a: ${pair}) -> ${pair} { return ~a; }` },
  shl: {
    text: `fn i64_shl(a: ${pair}, n: u32) -> ${pair} {
  if (n == 0u) { return a; }
  if (n >= 32u) { return ${pair}(0u, a.x << (n - 32u)); }
  return ${pair}(a.x << n, (a.y << n) | (a.x >> (32u - n)));
}`,
  },
  shr: {
    text: `fn i64_shr(a: ${pair}, n: u32) -> ${pair} {
  let high = bitcast<i32>(a.y);
  if (n == 0u) { return a; }
  if (n >= 32u) { return ${pair}(bitcast<u32>(high >> (n - 32u)), bitcast<u32>(high >> 31u)); }
  return ${pair}((a.x >> n) | (a.y << (32u - n)), bitcast<u32>(high >> n));
}`,
  },
  eq: { text: `fn i64_eq(a: ${pair}, b: ${pair}) -> bool { return all(a == b); }` },
  ne: { text: `fn i64_ne(a: ${pair}, b: ${pair}) -> bool { return any(a != b); }` },
  lt: compare("lt", "<", "<"),
  le: compare("le", "<", "<="),
  gt: compare("gt", ">", ">"),
  ge: compare("ge", ">", ">="),
  min: {
    text: `fn i64_min(a: ${pair}, b: ${pair}) -> ${pair} { return select(b, a, i64_lt(a, b)); }`,
    needs: ["lt"],
  },
  max: {
    text: `fn i64_max(a: ${pair}, b: ${pair}) -> ${pair} { return select(a, b, i64_lt(a, b)); }`,
    needs: ["lt"],
  },
  low: { text: `fn i64_low(a: ${pair}) -> u32 { return a.x; }` },
  high: { text: `fn i64_high(a: ${pair}) -> u32 { return a.y; }` },
  join: { text: `fn i64_join(low: u32, high: u32) -> ${pair} { return ${pair}(low, high); }` },
  from_i32: {
    text: `fn i64_from_i32(a: i32) -> ${pair} { return ${pair}(bitcast<u32>(a), bitcast<u32>(a >> 31u)); }`,
  },
  from_u32: { text: `fn i64_from_u32(a: u32) -> ${pair} { return ${pair}(a, 0u); }` },
  from_bool: { text: `fn i64_from_bool(a: bool) -> ${pair} { return ${pair}(u32(a), 0u); }` },
  from_f32: {
    text: `fn i64_from_f32(a: f32) -> ${pair} {
  let size = abs(a);
  let high = u32(size * 0x1p-32f);
  let whole = ${pair}(u32(size - f32(high) * 0x1p32f), high);
  if (a < 0.0) { return i64_neg(whole); }
  return whole;
}`,
    needs: ["neg"],
  },
  to_i32: { text: `fn i64_to_i32(a: ${pair}) -> i32 { return bitcast<i32>(a.x); }` },
  to_u32: { text: `fn i64_to_u32(a: ${pair}) -> u32 { return a.x; }` },
  to_bool: { text: `fn i64_to_bool(a: ${pair}) -> bool { return any(a != ${pair}(0u, 0u)); }` },
  /** The 32 leading bits decide; what is below them only whether a half rounds up. */
  to_f32: {
    text: `fn i64_to_f32(a: ${pair}) -> f32 {
  let size = i64_abs(a);
  var value = f32(size.x);
  if (size.y != 0u) {
    let zeros = countLeadingZeros(size.y);
    let top = i64_shl(size, zeros);
    value = f32(top.y | u32(top.x != 0u)) * exp2(f32(32u - zeros));
  }
  return select(value, -value, (a.y >> 31u) != 0u);
}`,
    needs: ["abs", "shl"],
  },
};

export class Int64 {
  private readonly used = new Set<string>();

  /** The functions used, those they need first. */
  sources(): string[] {
    return [...this.used].map((name) => sources[name]?.text as string);
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
    const source = sources[name];
    if (source === undefined) throw new TypeError(`WGSL has no 64-bit form of ${name}`);
    for (const needed of source.needs ?? []) this.use(needed);
    this.used.add(name);
  }
}
