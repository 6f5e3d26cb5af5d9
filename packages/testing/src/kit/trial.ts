/** One random launch, not yet bound to a backend. */
import type { DType, KernelKind, Launch, Operand } from "@flambeau/core";
import { kindOf } from "@flambeau/core";
import type { HostOperand } from "./hostOperand.js";
import type { Seeded } from "./seeded.js";

export interface Trial {
  readonly kind: KernelKind;
  /** What it is, for messages. */
  readonly title: string;
  /** Binds the launch: every operand goes through `place`. */
  bind(place: (host: HostOperand) => Operand): Launch;
}

/** Makes trials of one kernel kind for a device with these dtypes. */
export type TrialMaker = (random: Seeded, dtypes: ReadonlySet<DType>) => Trial;

export const dtypesOf = (dtypes: ReadonlySet<DType>, ...kinds: readonly string[]): DType[] =>
  [...dtypes].filter((dtype) => kinds.includes(kindOf(dtype)));

/** The dtypes that may hold indices, of those the device has. */
export const indexDTypes = (dtypes: ReadonlySet<DType>): DType[] =>
  (["int32", "int64"] as const).filter((dtype) => dtypes.has(dtype));

/** Mostly small, now and then long enough to cross the blocks a kernel works in. */
export const someSize = (random: Seeded): number =>
  random.chance(0.1) ? random.pick([17, 64, 130, 257, 1030]) : random.int(1, 7);

/** `rank` sizes of which at most one is long. */
export function someShape(random: Seeded, rank: number): number[] {
  const long = random.int(0, rank - 1);
  return Array.from({ length: rank }, (_, d) => (d === long ? someSize(random) : random.int(1, 4)));
}
