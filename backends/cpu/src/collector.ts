/**
 * Garbage collection on demand. V8 sees a tensor as a few dozen bytes, so it would let gigabytes of unreachable memory
 * pile up in a loop; the allocator therefore asks for a minor collection each time a budget of bytes has been handed
 * out, and for a full one when what is held has doubled since the last or comes near the limit.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options?: { type: "minor" }) => void;

const MiB = 2 ** 20;
const minorBudget = 96 * MiB;
const leastFullThreshold = 768 * MiB;

export class Collector {
  private handedOut = 0;
  private fullThreshold: number;
  private collect: Collect | undefined;

  /** `held` tells the bytes of live buffers, unreachable ones that were not collected yet included. */
  constructor(
    private readonly limit: number,
    private readonly held: () => number,
  ) {
    this.fullThreshold = this.threshold(0);
  }

  /** Counts an allocation, and collects when it is due. */
  allocated(bytes: number): void {
    this.handedOut += bytes;
    if (this.handedOut < minorBudget) return;
    this.handedOut = 0;
    this.minor();
    if (this.held() > this.fullThreshold) this.full();
  }

  /** Memory given back by hand is no reason to collect. */
  freed(bytes: number): void {
    if (this.handedOut > bytes) this.handedOut -= bytes;
    else this.handedOut = 0;
  }

  minor(): void {
    this.gc({ type: "minor" });
  }

  full(): void {
    this.gc();
    this.fullThreshold = this.threshold(this.held());
  }

  private threshold(held: number): number {
    const relaxed = Math.max(2 * held, leastFullThreshold);
    const near = Math.max(0.8 * this.limit, held + 0.05 * this.limit);
    return Math.min(relaxed, near);
  }

  private gc(options?: { type: "minor" }): void {
    if (this.collect === undefined) {
      setFlagsFromString("--expose-gc");
      this.collect = runInNewContext("gc") as Collect;
    }
    this.collect(options);
  }
}
