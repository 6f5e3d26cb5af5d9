/** Property-based comparison of a backend with the reference: random launches of every kernel kind. */
import type { Backend, DType, KernelKind } from "@flambeau/core";
import { difference } from "./allclose.js";
import { Placement } from "./hostOperand.js";
import { Seeded } from "./seeded.js";
import type { Trial, TrialMaker } from "./trial.js";
import { fusedTrial } from "./trials/fused.js";
import { gatherTrial, nonzeroTrial, scanTrial, scatterTrial, sortTrial } from "./trials/indexing.js";
import { convTrial, matmulTrial, poolTrial } from "./trials/linear.js";

const makers: { readonly [K in KernelKind]: TrialMaker } = {
  fused: fusedTrial,
  matmul: matmulTrial,
  conv: convTrial,
  pool: poolTrial,
  gather: gatherTrial,
  scatter: scatterTrial,
  scan: scanTrial,
  sort: sortTrial,
  nonzero: nonzeroTrial,
};

export interface CompareOptions {
  /** Trials depend on the seed and their number alone. */
  readonly seed?: number;
  /** Trials per kernel kind. */
  readonly cases?: number;
  /** Kernel kinds to try; all by default. */
  readonly kinds?: readonly KernelKind[];
  /** Dtypes to try; all that both backends have by default. */
  readonly dtypes?: readonly DType[];
}

export interface Mismatch {
  readonly kind: KernelKind;
  /** Number of the trial within its kind: run it alone with `makeTrial`. */
  readonly number: number;
  readonly title: string;
  readonly message: string;
}

/** The trial that `compareBackends` runs as number `number` of its kind. */
export function makeTrial(kind: KernelKind, seed: number, number: number, dtypes: ReadonlySet<DType>): Trial {
  const kinds = Object.keys(makers);
  return makers[kind](new Seeded(seed, number * kinds.length + kinds.indexOf(kind)), dtypes);
}

/**
 * Runs random launches on both backends and compares every buffer they were given, whole: results within tolerance,
 * inputs and gaps between elements untouched. Resolves with what differed; an empty array means none did.
 */
export async function compareBackends(
  backend: Backend,
  reference: Backend,
  { seed = 0, cases = 50, kinds = Object.keys(makers) as KernelKind[], dtypes }: CompareOptions = {},
): Promise<Mismatch[]> {
  const common = [...backend.capabilities.dtypes].filter((dtype) => reference.capabilities.dtypes.has(dtype));
  const tried = new Set(common.filter((dtype) => dtypes?.includes(dtype) ?? true));
  const mismatches: Mismatch[] = [];
  for (const kind of kinds) {
    for (let number = 0; number < cases; number++) {
      const trial = makeTrial(kind, seed, number, tried);
      const message = await compareOnce(trial, backend, reference);
      if (message !== null) mismatches.push({ kind, number, title: trial.title, message });
    }
  }
  return mismatches;
}

/** Runs one trial on both backends; the first difference as a sentence, or null. */
export async function compareOnce(
  trial: Trial,
  backend: Backend,
  reference: Backend,
): Promise<string | null> {
  const sides = [new Placement(backend), new Placement(reference)] as const;
  try {
    backend.enqueue(trial.bind(sides[0].place));
    reference.enqueue(trial.bind(sides[1].place));
    const [got, want] = [await sides[0].contents(), await sides[1].contents()];
    for (const [i, { dtype, bytes }] of want.entries()) {
      const found = difference(got[i]!.bytes, bytes, dtype);
      if (found) return `operand ${i} (${dtype}): ${found}`;
    }
    return null;
  } catch (error) {
    return String(error);
  } finally {
    for (const side of sides) side.free();
  }
}
