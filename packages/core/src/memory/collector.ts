/**
 * Garbage collection on demand. JavaScript engines see a buffer as a few dozen bytes and would let gigabytes of unreachable device
 * memory pile up; so a collection is asked for when enough bytes have been handed out and not been freed by hand. It has to be
 * a full one (a few milliseconds): minor ones do not tell finalization registries. Node collects at once; browsers cannot be
 * told to, but do so between tasks once they believe their memory fills up.
 */
const leastBudget = 256 * 2 ** 20;
/** What a GPU buffer weighs on top of its bytes: many small ones cost handles, not memory. */
const overhead = 2 ** 15;

type Collect = () => void;
/** Runs the callbacks of a registry now; they would wait for the end of a synchronous loop. Engines that have it: V8 11. */
type CleanUp = (this: FinalizationRegistry<never>) => void;

interface NodeModules {
  readonly v8: { setFlagsFromString(flags: string): void };
  readonly vm: { runInNewContext(code: string): unknown };
}

export class Collector {
  private handedOut = 0;

  constructor(
    private readonly collect: Collect,
    private readonly cleanUp?: CleanUp,
  ) {}

  /** Counts an allocation and collects when it is due. `held`: bytes of the `live` buffers that were not given back yet. */
  allocated(bytes: number, held: number, live: number, registry: FinalizationRegistry<never>): void {
    this.handedOut += bytes + overhead;
    // The more is held, the longer marking takes, and the less a fraction of it matters.
    if (this.handedOut < leastBudget || this.handedOut < (held + live * overhead) / 2) return;
    this.handedOut = 0;
    this.collect();
    this.cleanUp?.call(registry);
  }

  /** Memory given back by hand is no reason to collect. */
  freed(bytes: number): void {
    this.handedOut = Math.max(0, this.handedOut - bytes - overhead);
  }
}

/** The collector of this process or page. */
export async function findCollector(): Promise<Collector> {
  const host = globalThis as { process?: { versions?: { node?: string; v8?: string } } };
  const versions = host.process?.versions;
  if (versions?.node === undefined) return new Collector(pretendPressure);
  try {
    const [v8, vm] = await Promise.all(
      ["node:v8", "node:vm"].map((name) => import(/* @vite-ignore */ /* webpackIgnore: true */ name)),
    );
    return makeCollector({ v8, vm }, versions.v8 ?? "");
  } catch {
    // What only resembles Node has neither module, or not all of them.
    return new Collector(pretendPressure);
  }
}

/** From how much new memory outside its heap on V8 collects; other engines have limits like it. */
const pressure = 64 * 2 ** 20;

/** Takes and drops memory that is never touched, and so never really taken, but that the engine counts. */
function pretendPressure(): void {
  try {
    new ArrayBuffer(pressure);
  } catch (error) {
    // No room for it: the engine has just tried everything to make some.
    if (!(error instanceof RangeError)) throw error;
  }
}

function makeCollector({ v8, vm }: NodeModules, version: string): Collector {
  v8.setFlagsFromString("--expose-gc");
  // Other versions would print that they do not know the flag.
  if (version.startsWith("11.")) v8.setFlagsFromString("--harmony-weak-refs-with-cleanup-some");
  const collect = vm.runInNewContext("gc") as Collect;
  return new Collector(
    collect,
    vm.runInNewContext("FinalizationRegistry.prototype.cleanupSome") as CleanUp | undefined,
  );
}
