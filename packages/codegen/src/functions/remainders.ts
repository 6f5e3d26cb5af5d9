/** Division with whole quotients: of floats exactly, as C's fmod does it, and of integers as Python does it. */
import type { Code } from "../ir/builder.js";
import { f32, literal, type Value } from "../ir/value.js";
import { infinity, isInfinite, isNan, isReal, notANumber, powerOfTwo, withSign } from "./bits.js";
import { define, float } from "./define.js";

/** Mantissas are subtracted a bit at a time: no quotient is ever rounded. */
export const fmod = float("fmod", (code, x, y) => {
  const exponent = (bits: Value): Value => bits.shr(23).to("i32").max(1);
  const mantissa = (bits: Value): Value => bits.ge(1 << 23).select(bits.and(0x7fffff).or(1 << 23), bits);
  const a = code.let(x.abs().bits("u32"));
  const b = code.let(y.abs().bits("u32"));
  const low = code.let(exponent(b));
  const divisor = code.let(mantissa(b));
  const rest = code.variable(mantissa(a));
  code.for(low, exponent(a), () => {
    code.if(rest.value.ge(divisor), () => rest.set(rest.value.sub(divisor)));
    rest.set(rest.value.shl(1));
  });
  code.if(rest.value.ge(divisor), () => rest.set(rest.value.sub(divisor)));
  const size = rest.value
    .to("f32")
    .mul(2 ** -23)
    .mul(powerOfTwo(low.sub(127)));
  const value = code.let(a.lt(b).select(x, withSign(size, x)));
  const undefinedHere = isReal(x).not().or(b.eq(0)).or(isNan(y));
  return undefinedHere.select(notANumber, isInfinite(y).select(x, value));
});

/** Whether a remainder has to be moved to the other side of 0, where the divisor is. */
const crosses = (r: Value, divisor: Value): Value => r.ne(0).and(r.lt(0).ne(divisor.lt(0)));

/** The remainder with the divisor's sign, from that with the dividend's. */
const floored =
  (truncated: (x: Value, y: Value) => Value) =>
  (code: Code, x: Value, y: Value): Value => {
    const r = code.let(truncated(x, y));
    return crosses(r, y).select(r.add(y), r);
  };
export const remainder = float("remainder", floored(fmod));

/** Through the remainder, so that the quotient of the rounded operands is what is rounded down. */
export const floorDivide = float("floor_divide", (code, x, y) => {
  const r = code.let(fmod(x, y));
  const adjust = crosses(r, y);
  const q = code.let(
    x
      .sub(r)
      .div(y)
      .sub(adjust.select(f32(1), f32(0))),
  );
  const whole = code.let(q.floor());
  const nearest = q.sub(whole).gt(0.5).select(whole.add(1), whole);
  const value = q.eq(0).select(withSign(f32(0), x.div(y)), nearest);
  return y.eq(0).select(x.div(y), value);
});

/** The next float32 after x towards y: neighbours differ by one as integers, the sign apart. */
export const nextAfter = float("nextafter", (code, x, y) => {
  const bits = code.let(x.bits("i32"));
  const away = x.gt(0).eq(y.gt(x));
  const next = bits.add(away.select(literal("i32", 1), literal("i32", -1))).bits("f32");
  const smallest = literal("u32", 1).bits("f32");
  const moved = x.eq(0).select(withSign(smallest, y), next);
  return isNan(x).or(isNan(y)).select(notANumber, x.eq(y).select(y, moved));
});

/** sqrt(x^2 + y^2) without overflow. */
export const hypot = float("hypot", (code, x, y) => {
  const [a, b] = [code.let(x.abs()), code.let(y.abs())];
  const large = code.let(a.max(b));
  const ratio = code.let(a.min(b).div(large));
  const value = large.eq(0).select(f32(0), large.mul(ratio.mul(ratio).add(1).sqrt()));
  const special = isInfinite(x).or(isInfinite(y)).select(infinity, value);
  return isNan(x)
    .or(isNan(y))
    .and(isInfinite(x).or(isInfinite(y)).not())
    .select(notANumber, special);
});

/** Divisors of 0 give 0 here; kernels report them. -1 is handled apart, since the least integer has no negative. */
function integerFunctions(type: "i32" | "i64") {
  const zero = literal(type, 0);
  const make = (name: string, body: Parameters<typeof define>[3]) =>
    define(`${name}_${type}`, [type, type], type, body);
  const safe = (b: Value): Value => b.eq(0).or(b.eq(-1)).select(literal(type, 1), b);

  const truncDivide = make("trunc_divide", (_, a, b) =>
    b.eq(0).select(zero, b.eq(-1).select(a.neg(), a.div(safe(b)))),
  );
  const truncRemainder = make("trunc_remainder", (_, a, b) =>
    b
      .eq(0)
      .or(b.eq(-1))
      .select(zero, a.rem(safe(b))),
  );
  return {
    truncDivide,
    truncRemainder,
    floorDivide: make("floor_divide", (code, a, b) => {
      const q = code.let(truncDivide(a, b));
      return crosses(code.let(truncRemainder(a, b)), b).select(q.sub(1), q);
    }),
    remainder: make("remainder", floored(truncRemainder)),
    /** Negative exponents leave what rounds to an integer: powers of 1 and -1, else 0. */
    power: make("power", (code, a, b) => {
      const result = code.variable(literal(type, 1));
      const base = code.variable(a);
      const left = code.variable(b.max(zero));
      code.while(left.value.ne(0), () => {
        code.if(left.value.and(1).ne(0), () => result.set(result.value.mul(base.value)));
        base.set(base.value.mul(base.value));
        left.set(left.value.shr(1));
      });
      const odd = b.and(1).ne(0);
      const unit = a.eq(-1).select(odd.select(a, literal(type, 1)), a.eq(1).select(a, zero));
      return b.lt(0).select(unit, result.value);
    }),
    gcd: make("gcd", (code, a, b) => {
      const x = code.variable(a);
      const y = code.variable(b);
      code.while(y.value.ne(0), () => {
        const r = code.let(truncRemainder(x.value, y.value));
        x.set(y.value);
        y.set(r);
      });
      return x.value.abs();
    }),
  };
}

export const integers = { i32: integerFunctions("i32"), i64: integerFunctions("i64") };
