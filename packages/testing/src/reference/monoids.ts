/** Folds of a fused program: how each monoid takes one value after another, and what its slots give in the end. */
import type { Kind, Monoid, MonoidSlot, Widths } from "@flambeau/core";
import type { Scalar } from "./scalar.js";

/** Accumulates one row. Floats accumulate in double, whatever the width. */
export interface Accumulator {
  /** `position` counts along the folded axes, row-major. */
  take(value: Scalar, position: number): void;
  result(slot: MonoidSlot): Scalar;
}

interface Typed {
  readonly kind: Kind;
  readonly widths: Widths;
}

type Start = (typed: Typed) => Accumulator;

function fold(initial: Scalar, step: (sum: Scalar, value: Scalar) => Scalar): Accumulator {
  let state = initial;
  return {
    take: (value) => {
      state = step(state, value);
    },
    result: () => state,
  };
}

const add = (a: Scalar, b: Scalar): Scalar =>
  typeof a === "bigint" && typeof b === "bigint" ? BigInt.asIntN(64, a + b) : Number(a) + Number(b);

const mul = (a: Scalar, b: Scalar): Scalar =>
  typeof a === "bigint" && typeof b === "bigint" ? BigInt.asIntN(64, a * b) : Number(a) * Number(b);

/** The value no other is below (`sign` 1) or above (`sign` -1), for each kind. */
function extreme({ kind, widths }: Typed, sign: 1 | -1): Scalar {
  if (kind === "f") return -sign * Infinity;
  if (kind === "b") return sign < 0;
  const half = widths.i === "int64" ? 2n ** 63n : 2n ** 31n;
  return sign > 0 ? -half : half - 1n;
}

/** Whether `value` replaces `best`: beyond it, or the first NaN. */
const beats = (value: Scalar, best: Scalar, sign: 1 | -1): boolean =>
  Number.isNaN(value) ? !Number.isNaN(best) : sign > 0 ? value > best : value < best;

const keep =
  (sign: 1 | -1): Start =>
  (typed) =>
    fold(extreme(typed, sign), (best, value) => (beats(value, best, sign) ? value : best));

const keepPlace =
  (sign: 1 | -1): Start =>
  (typed) => {
    let best: Scalar | null = null;
    let place = 0;
    return {
      take: (value, position) => {
        if (best !== null && !beats(value, best, sign)) return;
        best = value;
        place = position;
      },
      result: (slot) => {
        if (slot.endsWith("value")) return best ?? extreme(typed, sign);
        return BigInt(place);
      },
    };
  };

const welford: Start = () => {
  let count = 0;
  let mean = 0;
  let m2 = 0;
  return {
    take: (value) => {
      const x = Number(value);
      const before = x - mean;
      mean += before / ++count;
      m2 += before * (x - mean);
    },
    result: (slot) => (slot === "welford.mean" ? mean : m2),
  };
};

const online: Start = () => {
  let max = -Infinity;
  let sum = 0;
  return {
    take: (value) => {
      const x = Number(value);
      if (x === -Infinity) return;
      if (beats(x, max, 1)) {
        sum = sum * Math.exp(max - x) + Math.exp(x - x);
        max = x;
      } else {
        sum += Math.exp(x - max);
      }
    },
    result: (slot) => (slot === "online.max" ? max : sum),
  };
};

export const monoids: { readonly [M in Monoid]: Start } = {
  sum: ({ kind }) => fold(kind === "i" ? 0n : 0, add),
  prod: ({ kind }) => fold(kind === "i" ? 1n : 1, mul),
  max: keep(1),
  min: keep(-1),
  any: () => fold(false, (a, b) => a === true || b === true),
  all: () => fold(true, (a, b) => a === true && b === true),
  argmax: keepPlace(1),
  argmin: keepPlace(-1),
  welford,
  online,
};
