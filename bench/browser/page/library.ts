/** What the page asks of a library: the same programs from each, written as its documentation says. */

/** A program that is set up, its compilers not warm yet. */
export interface Running {
  /** Runs it once. Work may be left pending. */
  readonly run: () => void | Promise<void>;
  /** Waits for all pending work; resolves to one number of the last result, which libraries agree on. */
  readonly settle: () => Promise<number>;
}

export const programNames = ["matmul", "softmax", "layerNorm", "mnist"] as const;
export type ProgramName = (typeof programNames)[number];

export interface Library {
  readonly version: string;
  readonly programs: { readonly [P in ProgramName]: () => Promise<Running> };
}
