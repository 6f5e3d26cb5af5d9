/** Other frameworks that run the same programs, each where it is installed. */
import type { Contestant } from "../harness/contestant.js";

/** A program by name with its sizes, as every peer knows it. */
export interface Program {
  readonly name: string;
  readonly [size: string]: string | number;
}

/** One framework with one number of threads. */
export interface Peer {
  /** Its name and version, as in "torch 2.15.0". */
  readonly name: string;
  /** What its figures depend on: BLAS, where it lies. */
  readonly details: string;
  /** Sets a program up; null where the framework has none of that name. */
  open(program: Program): Promise<Contestant | null>;
  close(): Promise<void>;
}

/** A peer, or the reason for its absence in a sentence. */
export type Found = { readonly peer: Peer } | { readonly missing: string };
