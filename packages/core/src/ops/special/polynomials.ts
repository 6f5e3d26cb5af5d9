/**
 * Orthogonal polynomials of degree n at x, by their recurrences. A degree given as a number makes a kernel of its own; degrees in a
 * tensor are read first, so the device must offer synchronous reads.
 */
import { ArgumentError } from "../../errors.js";
import type { TensorLike } from "../../fused/dtypes.js";
import { pointwise } from "../../fused/pointwise.js";
import { noGrad } from "../../gradMode.js";
import type { Expr } from "../../program/expr.js";
import { Tensor } from "../../tensor/tensor.js";

/** p_0 = 1, p_1 = first(x), p_(k+1) = next(k, x, p_k, p_(k-1)). */
interface Family {
  readonly first: (x: Expr) => Expr;
  readonly next: (k: number, x: Expr, p: Expr, before: Expr) => Expr;
  /** A closed form for |x| < 1 and degrees above `from`, better there than the recurrence. */
  readonly closed?: {
    readonly from: number;
    readonly shifted: boolean;
    readonly at: (x: Expr, angle: Expr, n: Expr | number) => Expr;
  };
}

type Closed = NonNullable<Family["closed"]>["at"];
const times = (angle: Expr, n: Expr | number, plus: number): Expr =>
  typeof n === "number" ? angle.mul(n + plus) : angle.mul(n.add(plus));
const cosines: { readonly [kind in "t" | "u" | "v" | "w"]: Closed } = {
  t: (_, angle, n) => times(angle, n, 0).cos(),
  u: (_, angle, n) => times(angle, n, 1).sin().div(angle.sin()),
  v: (_, angle, n) => times(angle, n, 0.5).cos().div(angle.mul(0.5).cos()),
  w: (_, angle, n) => times(angle, n, 0.5).sin().div(angle.mul(0.5).sin()),
};

/** Chebyshev polynomials of the four kinds differ in p_1 = 2x + c (x for the first kind); shifted ones take 2x - 1. */
function chebyshev(kind: "t" | "u" | "v" | "w", isShifted: boolean): Family {
  const at = (x: Expr): Expr => (isShifted ? x.mul(2).sub(1) : x);
  const firsts = {
    t: (x: Expr) => x,
    u: (x: Expr) => x.mul(2),
    v: (x: Expr) => x.mul(2).sub(1),
    w: (x: Expr) => x.mul(2).add(1),
  };
  return {
    first: (x) => firsts[kind](at(x)),
    next: (_, x, p, before) => at(x).mul(2).mul(p).sub(before),
    closed: { from: kind === "t" ? 6 : 8, shifted: isShifted, at: cosines[kind] },
  };
}

const families = {
  chebyshevPolynomialT: chebyshev("t", false),
  chebyshevPolynomialU: chebyshev("u", false),
  chebyshevPolynomialV: chebyshev("v", false),
  chebyshevPolynomialW: chebyshev("w", false),
  shiftedChebyshevPolynomialT: chebyshev("t", true),
  shiftedChebyshevPolynomialU: chebyshev("u", true),
  shiftedChebyshevPolynomialV: chebyshev("v", true),
  shiftedChebyshevPolynomialW: chebyshev("w", true),
  hermitePolynomialH: {
    first: (x) => x.mul(2),
    next: (k, x, p, before) =>
      x
        .mul(2)
        .mul(p)
        .sub(before.mul(2 * k)),
  },
  hermitePolynomialHe: { first: (x) => x, next: (k, x, p, before) => x.mul(p).sub(before.mul(k)) },
  laguerrePolynomialL: {
    first: (x) => x.neg().add(1),
    next: (k, x, p, before) =>
      x
        .neg()
        .add(2 * k + 1)
        .mul(p)
        .sub(before.mul(k))
        .div(k + 1),
  },
  legendrePolynomialP: {
    first: (x) => x,
    next: (k, x, p, before) =>
      x
        .mul(2 * k + 1)
        .mul(p)
        .sub(before.mul(k))
        .div(k + 1),
  },
} satisfies { readonly [name: string]: Family };

/** Recurrences are unrolled to this degree at most. */
const GREATEST = 512;

function closedForm({ closed }: Family, x: Expr, n: Expr | number, value: Expr): Expr {
  if (closed === undefined || (typeof n === "number" && n <= closed.from)) return value;
  const t = closed.shifted ? x.mul(2).sub(1) : x;
  const inside = t.abs().lt(1);
  const applies = typeof n === "number" ? inside : inside.and(n.gt(closed.from));
  return applies.where(closed.at(x, inside.where(t, 0.5).acos(), n), value);
}

/** The polynomials p_0 … p_degree. */
function* unrolled({ first, next }: Family, x: Expr, degree: number): Generator<Expr> {
  let [before, p] = [x.mul(0).add(1), first(x)];
  yield x.isnan().where(x, 1);
  for (let k = 1; k <= degree; k++) {
    yield p;
    [before, p] = [p, next(k, x, p, before)];
  }
}

function ofDegree(family: Family, x: Expr, degree: number): Expr {
  let last = x.mul(0);
  for (const p of unrolled(family, x, degree)) last = p;
  return closedForm(family, x, degree, last);
}

function ofDegrees(family: Family, x: Expr, n: Expr, greatest: number): Expr {
  let value = x.mul(0);
  let k = 0;
  for (const p of unrolled(family, x, greatest)) value = n.eq(k++).where(p, value);
  return closedForm(family, x, n, value);
}

const made = new Map<string, (...args: TensorLike[]) => Tensor>();

function remembered(key: string, make: () => unknown): (...args: TensorLike[]) => Tensor {
  let run = made.get(key);
  if (run === undefined) {
    run = make() as (...args: TensorLike[]) => Tensor;
    made.set(key, run);
  }
  return run;
}

function polynomial(name: keyof typeof families): (x: TensorLike, n: TensorLike) => Tensor {
  const family: Family = families[name];
  const check = (degree: number): number => {
    if (Number.isNaN(degree) || degree <= GREATEST) return degree;
    throw new ArgumentError(name, `expected degrees of at most ${GREATEST}, got ${degree}`);
  };
  return (x, n) => {
    if (!(n instanceof Tensor)) {
      if (!(x instanceof Tensor))
        throw new ArgumentError(name, "expected at least one tensor, got only numbers");
      const degree = check(Math.trunc(Number(n)));
      const run = remembered(`${name}/${degree}`, () =>
        pointwise(name, (e) => (degree < 0 ? e.toFloat().mul(0) : ofDegree(family, e.toFloat(), degree))),
      );
      return run(x);
    }
    const greatest = n.numel === 0 ? 0 : check(Math.trunc(noGrad(() => n.max().itemSync())));
    // Rounded up, so that tensors of similar degrees share a kernel.
    const top = greatest < 0 ? 0 : Math.ceil((greatest + 1) / 8) * 8 - 1;
    const run = remembered(`${name}[${top}]`, () =>
      pointwise(name, (e, d) => ofDegrees(family, e.toFloat(), d.toFloat().trunc(), top)),
    );
    return run(x, n);
  };
}

/** Chebyshev polynomials of the first kind (`torch.special.chebyshev_polynomial_t`); degrees below 0 give 0. */
export const chebyshevPolynomialT = polynomial("chebyshevPolynomialT");
/** Chebyshev polynomials of the second kind (`torch.special.chebyshev_polynomial_u`). */
export const chebyshevPolynomialU = polynomial("chebyshevPolynomialU");
/** Chebyshev polynomials of the third kind (`torch.special.chebyshev_polynomial_v`). */
export const chebyshevPolynomialV = polynomial("chebyshevPolynomialV");
/** Chebyshev polynomials of the fourth kind (`torch.special.chebyshev_polynomial_w`). */
export const chebyshevPolynomialW = polynomial("chebyshevPolynomialW");
/** Chebyshev polynomials of the first kind at 2x - 1 (`torch.special.shifted_chebyshev_polynomial_t`). */
export const shiftedChebyshevPolynomialT = polynomial("shiftedChebyshevPolynomialT");
/** Chebyshev polynomials of the second kind at 2x - 1 (`torch.special.shifted_chebyshev_polynomial_u`). */
export const shiftedChebyshevPolynomialU = polynomial("shiftedChebyshevPolynomialU");
/** Chebyshev polynomials of the third kind at 2x - 1 (`torch.special.shifted_chebyshev_polynomial_v`). */
export const shiftedChebyshevPolynomialV = polynomial("shiftedChebyshevPolynomialV");
/** Chebyshev polynomials of the fourth kind at 2x - 1 (`torch.special.shifted_chebyshev_polynomial_w`). */
export const shiftedChebyshevPolynomialW = polynomial("shiftedChebyshevPolynomialW");
/** Hermite polynomials, physicists' form (`torch.special.hermite_polynomial_h`). */
export const hermitePolynomialH = polynomial("hermitePolynomialH");
/** Hermite polynomials, probabilists' form (`torch.special.hermite_polynomial_he`). */
export const hermitePolynomialHe = polynomial("hermitePolynomialHe");
/** Laguerre polynomials (`torch.special.laguerre_polynomial_l`). */
export const laguerrePolynomialL = polynomial("laguerrePolynomialL");
/** Legendre polynomials (`torch.special.legendre_polynomial_p`). */
export const legendrePolynomialP = polynomial("legendrePolynomialP");
