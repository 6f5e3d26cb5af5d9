/**
 * Synchronous reads on devices that must be awaited: the code that wants a value is given up, and run again from its start
 * once the value has arrived.
 */
import type { Device } from "../backend/registry.js";
import { type DrawRecord, type Generator, recordDraws } from "../random/generator.js";
import { synchronous } from "../tensor/synchronous.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** The reads of one body, in the order it makes them, and its draws of random numbers. */
interface Replay {
  readonly known: Bytes[];
  next: number;
  readonly draws: Map<Generator, DrawRecord>;
}

/** Thrown out of a body that wants a value which is still on its way. */
class Waiting {
  constructor(readonly bytes: Promise<Bytes>) {}
}

let current: Replay | null = null;

function recordOf(draws: Map<Generator, DrawRecord>, generator: Generator): DrawRecord {
  const record = draws.get(generator) ?? { made: [], count: 0 };
  draws.set(generator, record);
  return record;
}

/** Makes `replay` the one whose body runs. */
function enter(replay: Replay | null): void {
  current = replay;
  recordDraws(replay && ((generator) => recordOf(replay.draws, generator)));
}

/** Whether values of `device` can be had at once, or within a body that `withReads` runs. */
export const readable = (device: Device): boolean => device.backend.capabilities.syncRead || current !== null;

/** The next value a replayed body reads; `read` starts the reading of one that is not known yet. */
export function replayed(read: () => Promise<Bytes>): Bytes {
  const replay = current as Replay;
  const known = replay.known[replay.next++];
  if (known === undefined) throw new Waiting(read());
  return known.slice();
}

/**
 * Runs `body` and resolves with its result. Inside it, operators whose result has a shape that depends on values (`nonzero`,
 * `maskedSelect`, boolean masks) and reads such as `itemSync` work on every device, also where reading must be awaited (WebGPU):
 *
 * ```ts
 * const rows = await fb.withReads(() => x.at(x.sum(1).gt(0)));
 * ```
 *
 * On such devices the body starts again after each value it waits for. It must be synchronous and do the same each time, and
 * change no tensor before its last read. Random numbers are the same each time.
 */
export async function withReads<T>(body: () => T): Promise<T> {
  const replay: Replay = { known: [], next: 0, draws: new Map() };
  for (;;) {
    try {
      return attempt(replay, body);
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      replay.known.push(await error.bytes);
    }
  }
}

/** Runs the body from its start. What runs while it waits must not take its reads or draws, so the replay ends with the attempt. */
function attempt<T>(replay: Replay, body: () => T): T {
  const outer = current;
  replay.next = 0;
  for (const record of replay.draws.values()) record.count = 0;
  enter(replay);
  try {
    return synchronous("withReads", body());
  } finally {
    enter(outer);
  }
}
