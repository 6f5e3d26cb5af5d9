/** What a benchmark is. */
import type { Program } from "../peers/peer.js";

export interface Row {
  readonly name: string;
  /** Sets the program up; the function it returns runs it once. What that leaves pending is waited for by the clock. */
  readonly setup: () => () => void;
  /** The same program at a peer. */
  readonly program: Program;
  /** Floating-point operations of a run, where those are the measure. */
  readonly flops?: number;
  /** Numbers of threads to time, where more than one would tell nothing. */
  readonly threads?: readonly number[];
}
