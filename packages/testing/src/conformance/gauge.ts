/**
 * Decompositions are unique only up to sign, phase or order: their factors are checked by multiplying them out again
 * and, where they must be orthonormal, against their own transpose. Matrices are row-major in the last two dimensions.
 */
import type { Host } from "./values.js";

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  at(i: number, j: number): number;
}

/** Relative to the size of the greatest entry. */
const allowance: { readonly [dtype: string]: number } = { float32: 2e-4, float64: 1e-9 };

const matrixOf = (host: Host, batch: number): Matrix => {
  const [rows, columns] = host.shape.slice(-2) as [number, number];
  return { rows, columns, at: (i, j) => Number(host.values[(batch * rows + i) * columns + j]) };
};

const transposed = (m: Matrix): Matrix => ({ rows: m.columns, columns: m.rows, at: (i, j) => m.at(j, i) });

const product = (a: Matrix, b: Matrix, depth = a.columns): Matrix => ({
  rows: a.rows,
  columns: b.columns,
  at: (i, j) => {
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += a.at(i, k) * b.at(k, j);
    return sum;
  },
});

const scaled = (a: Matrix, factors: (j: number) => number): Matrix => ({
  rows: a.rows,
  columns: a.columns,
  at: (i, j) => a.at(i, j) * factors(j),
});

const identity = (size: number): Matrix => ({ rows: size, columns: size, at: (i, j) => (i === j ? 1 : 0) });

function differ(got: Matrix, want: Matrix, allowed: number): boolean {
  let scale = 1;
  for (let i = 0; i < want.rows; i++)
    for (let j = 0; j < want.columns; j++) scale = Math.max(scale, Math.abs(want.at(i, j)));
  for (let i = 0; i < want.rows; i++)
    for (let j = 0; j < want.columns; j++)
      if (!(Math.abs(got.at(i, j) - want.at(i, j)) <= allowed * scale)) return true;
  return false;
}

type Check = (a: Matrix, outs: readonly Host[], batch: number, allowed: number) => string | null;

const orthonormal = (name: string, m: Matrix, allowed: number): string | null =>
  differ(product(transposed(m), m), identity(m.columns), allowed)
    ? `the columns of ${name} are not orthonormal`
    : null;

const svd =
  (last: "Vh" | "V"): Check =>
  (a, [u, s, v], batch, allowed) => {
    const rank = s!.shape.at(-1)!;
    const U = matrixOf(u!, batch);
    const right = matrixOf(v!, batch);
    const Vh = last === "Vh" ? right : transposed(right);
    const scaledU = scaled(U, (j) => Number(s!.values[batch * rank + j]));
    if (differ(product(scaledU, Vh, rank), a, allowed)) return "U diag(S) Vh is not the input";
    return orthonormal("U", U, allowed) ?? orthonormal("V", transposed(Vh), allowed);
  };

const qr: Check = (a, [q, r], batch, allowed) => {
  const R = matrixOf(r!, batch);
  for (let i = 0; i < R.rows; i++)
    for (let j = 0; j < Math.min(i, R.columns); j++) if (R.at(i, j) !== 0) return "R is not upper triangular";
  const Q = matrixOf(q!, batch);
  if (Q.rows === 0 && Q.columns === 0) return null;
  return differ(product(Q, R), a, allowed) ? "Q R is not the input" : orthonormal("Q", Q, allowed);
};

const eigh =
  (lower: boolean): Check =>
  (a, [w, v], batch, allowed) => {
    const V = matrixOf(v!, batch);
    const mirrored: Matrix = { ...a, at: (i, j) => (lower === i >= j ? a.at(i, j) : a.at(j, i)) };
    const scaledV = scaled(V, (j) => Number(w!.values[batch * V.columns + j]));
    if (differ(product(mirrored, V), scaledV, allowed)) return "A v is not v w";
    return orthonormal("the eigenvectors", V, allowed);
  };

const checks: { readonly [name: string]: Check } = {
  "linalg.svd": svd("Vh"),
  svd: svd("V"),
  "linalg.qr": qr,
  qr,
  "linalg.eigh": eigh(true),
  symeig: eigh(false),
};

/** Checks the outputs of one decomposition; names it does not know are compared by shape alone, elsewhere. */
export function gaugeDifference(
  name: string,
  input: Host,
  outs: readonly Host[],
  upper: boolean | null,
): string | null {
  const check =
    name === "linalg.eigh" || name === "symeig"
      ? eigh(upper === null ? name === "linalg.eigh" : !upper)
      : checks[name];
  const empty =
    outs.some((out) => out.shape.length < 1 || out.values.length === 0) || input.values.length === 0;
  if (!check || empty) return null;
  const batches = input.shape.slice(0, -2).reduce((count, size) => count * size, 1);
  const allowed = allowance[input.dtype] ?? 0;
  for (let batch = 0; batch < batches; batch++) {
    const difference = check(matrixOf(input, batch), outs, batch, allowed);
    if (difference) return `${name}: ${difference}`;
  }
  return null;
}
