/** Angles of any size as a quadrant and what remains of it: x = quadrant * pi/2 + r, |r| <= pi/4. */
import type { Code } from "../ir/builder.js";
import { i32, u32, type Value } from "../ir/value.js";

export interface Angle {
  readonly r: Value;
  readonly quadrant: Value;
}

/** pi/2 in parts of few bits, so that products with whole numbers up to 2^10 are exact. */
const halfPi = [1.5703125, 4.8351288e-4, 3.138557e-7, 6.0771006e-11];
/** Beyond this the products above are rounded. */
const largeAngle = 1024;
/** The bits of 2/pi behind the binary point, after a word of zeros. */
const twoOverPi = [0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab];

export function reduceAngle(code: Code, x: Value): Angle {
  const k = code.let(x.mul(2 / Math.PI).round());
  let rest = x;
  for (const part of halfPi) rest = rest.sub(k.mul(part));
  const r = code.variable(rest);
  const quadrant = code.variable(x.abs().lt(largeAngle).select(k, 0).to("i32"));
  code.if(x.abs().ge(largeAngle), () => {
    const large = reduceLarge(code, x);
    const negative = x.lt(0);
    r.set(negative.select(large.r.neg(), large.r));
    quadrant.set(negative.select(large.quadrant.neg(), large.quadrant));
  });
  return { r: r.value, quadrant: quadrant.value };
}

/**
 * The product with 2/pi in whole numbers (Payne and Hanek): of the 96 bits of 2/pi that matter for x, times the mantissa, the two
 * leading bits are the quadrant and the others its fraction.
 */
function reduceLarge(code: Code, x: Value): Angle {
  const bits = code.let(x.bits("u32"));
  const exponent = bits.shr(23).and(255).to("i32").sub(127);
  const mantissa = code.let(bits.and(0x7fffff).or(1 << 23));
  const first = code.let(exponent.add(32 - 25));
  const place = code.let(first.shr(5));
  const shift = code.let(first.and(31).to("u32"));
  const word = (at: number): Value => {
    const from = code.let(place.add(at));
    let chosen = u32(twoOverPi[twoOverPi.length - 1] as number);
    for (let i = twoOverPi.length - 2; i >= 0; i--)
      chosen = from.eq(i).select(u32(twoOverPi[i] as number), chosen);
    return code.let(chosen);
  };
  const words = [word(0), word(1), word(2), word(3)] as const;
  const shifted = (high: Value, low: Value): Value =>
    code.let(shift.eq(0).select(high, high.shl(shift).or(low.shr(u32(32).sub(shift).and(31)))));
  const [w0, w1, w2] = [
    shifted(words[0], words[1]),
    shifted(words[1], words[2]),
    shifted(words[2], words[3]),
  ];
  const low = code.let(mantissa.mul(w1).add(mantissa.mulhi(w2)));
  const carry = low.lt(mantissa.mul(w1)).select(u32(1), u32(0));
  const high = code.let(mantissa.mul(w0).add(mantissa.mulhi(w1)).add(carry));
  const fraction = code.let(high.shl(2).or(low.shr(30)));
  // As a signed number the fraction is the distance from the nearest quadrant.
  const apart = fraction
    .bits("i32")
    .to("f32")
    .mul(2 ** -32);
  const further = low
    .shl(2)
    .to("f32")
    .mul(2 ** -32)
    .mul(2 ** -32);
  const nearest = high.shr(30).to("i32").add(fraction.shr(31).to("i32"));
  return { r: apart.add(further).mul(Math.PI / 2), quadrant: code.let(nearest.and(i32(3))) };
}
