/** The state behind random numbers: a seed and how many draws were made. */
import { ArgumentError } from "../errors.js";

/** The place of one draw, as kernels take it. */
export interface Draw {
  readonly seed: bigint;
  readonly offset: bigint;
}

/** The draws of a body that runs several times: the n-th draw of each run is the same. */
export interface DrawRecord {
  readonly made: Draw[];
  /** How many the present run has made. */
  count: number;
}

let recordOf: ((generator: Generator) => DrawRecord) | null = null;

/** Says where draws are recorded from now on; null ends it. */
export function recordDraws(record: ((generator: Generator) => DrawRecord) | null): void {
  recordOf = record;
}

/**
 * A counter-based generator (Philox 4x32-10). A draw is a pure function of seed, offset and the element's position, so
 * one seed gives the same numbers on every device.
 */
export class Generator {
  #seed: number;
  #offset = 0;

  constructor(seed = 0) {
    this.#seed = checkSeed(seed);
  }

  /** Starts over from a seed (`torch.Generator.manual_seed`). */
  manualSeed(seed: number): this {
    this.#seed = checkSeed(seed);
    this.#offset = 0;
    return this;
  }

  /** The seed in use (`torch.Generator.initial_seed`). */
  initialSeed(): number {
    return this.#seed;
  }

  /** The place of one draw; every call gives another. */
  next(): Draw {
    const record = recordOf?.(this);
    const here = { seed: BigInt(this.#seed), offset: BigInt(this.#offset) };
    const made = record?.made[record.count++];
    // Whoever drew meanwhile keeps what they drew; only a generator that the body seeds itself is at the same place again.
    if (made === undefined || (made.seed === here.seed && made.offset === here.offset)) this.#offset++;
    if (made === undefined) record?.made.push(here);
    return made ?? here;
  }

  getState(): { seed: number; offset: number } {
    return { seed: this.#seed, offset: this.#offset };
  }

  setState(state: { seed: number; offset: number }): void {
    this.#seed = checkSeed(state.seed);
    this.#offset = checkSeed(state.offset);
  }
}

function checkSeed(seed: number): number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ArgumentError(
      "manualSeed",
      `expected a seed that is an integer from 0 to 2^53 - 1, got ${String(seed)}`,
    );
  }
  return seed;
}

/** The generator of calls that name none. It starts from a seed of the clock, as PyTorch's does. */
export const defaultGenerator = new Generator(
  Math.floor(Date.now() * 1000 + Math.random() * 1000) % Number.MAX_SAFE_INTEGER,
);

/** Seeds the default generator (`torch.manual_seed`). */
export const manualSeed = (seed: number): Generator => defaultGenerator.manualSeed(seed);
