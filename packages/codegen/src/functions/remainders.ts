/** Division with whole quotients: of floats exactly, as C's fmod does it, and of integers as Python does it. */
import { type Code, deviceFunction } from "../ir/builder.js";
import type { DeviceFunction, Type } from "../ir/types.js";
import { f32, invoke, literal, type Value } from "../ir/value.js";
import { infinity, isInfinite, isNan, isReal, notANumber, powerOfTwo, withSign } from "./bits.js";

/** Mantissas are subtracted a bit at a time: no quotient is ever rounded. */
export const fmod = deviceFunction("fmod_f32", ["f32", "f32"], "f32", (code, x, y) => {
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

/** The remainder with the divisor's sign. */
export const remainder = deviceFunction("remainder_f32", ["f32", "f32"], "f32", (code, x, y) => {
  const r = code.let(invoke(fmod, x, y));
  return r
    .ne(0)
    .and(r.lt(0).ne(y.lt(0)))
    .select(r.add(y), r);
});

/** Through the remainder, so that the quotient of the rounded operands is what is rounded down. */
export const floorDivide = deviceFunction("floor_divide_f32", ["f32", "f32"], "f32", (code, x, y) => {
  const r = code.let(invoke(fmod, x, y));
  const adjust = r.ne(0).and(r.lt(0).ne(y.lt(0)));
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
export const nextAfter = deviceFunction("nextafter_f32", ["f32", "f32"], "f32", (code, x, y) => {
  const bits = code.let(x.bits("i32"));
  const away = x.gt(0).eq(y.gt(x));
  const next = bits.add(away.select(literal("i32", 1), literal("i32", -1))).bits("f32");
  const smallest = literal("u32", 1).bits("f32");
  const moved = x.eq(0).select(withSign(smallest, y), next);
  return isNan(x).or(isNan(y)).select(notANumber, x.eq(y).select(y, moved));
});

/** sqrt(x^2 + y^2) without overflow. */
export const hypot = deviceFunction("hypot_f32", ["f32", "f32"], "f32", (code, x, y) => {
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

interface IntegerFunctions {
  readonly truncDivide: DeviceFunction;
  readonly truncRemainder: DeviceFunction;
  readonly floorDivide: DeviceFunction;
  readonly remainder: DeviceFunction;
  readonly power: DeviceFunction;
  readonly gcd: DeviceFunction;
}

/** Divisors of 0 give 0 here; kernels report them. -1 is handled apart, since the least integer has no negative. */
function integerFunctions(type: "i32" | "i64"): IntegerFunctions {
  const zero = literal(type, 0);
  const make = (name: string, body: (code: Code, a: Value, b: Value) => Value): DeviceFunction =>
    deviceFunction(`${name}_${type}`, [type, type] as Type[], type, body);
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
  const crosses = (r: Value, b: Value): Value => r.ne(0).and(r.lt(0).ne(b.lt(0)));
  return {
    truncDivide,
    truncRemainder,
    floorDivide: make("floor_divide", (code, a, b) => {
      const q = code.let(invoke(truncDivide, a, b));
      return crosses(code.let(invoke(truncRemainder, a, b)), b).select(q.sub(1), q);
    }),
    remainder: make("remainder", (code, a, b) => {
      const r = code.let(invoke(truncRemainder, a, b));
      return crosses(r, b).select(r.add(b), r);
    }),
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
        const r = code.let(invoke(truncRemainder, x.value, y.value));
        x.set(y.value);
        y.set(r);
      });
      return x.value.abs();
    }),
  };
}

export const integers = { i32: integerFunctions("i32"), i64: integerFunctions("i64") };
