/**
 * Synchronous reads on devices that must be awaited: the code that wants a value is given up, and run again from its start
 * once the value has arrived.
 */
import type { Device } from "../backend/registry.js";
import { defaultGenerator } from "../random/generator.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** The reads of one body, in the order it makes them. */
interface Replay {
  readonly known: Bytes[];
  next: number;
}

/** Thrown out of a body that wants a value which is still on its way. */
class Waiting {
  constructor(readonly bytes: Promise<Bytes>) {}
}

let current: Replay | null = null;

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
 * change no tensor before its last read. The default generator repeats its draws.
 */
export async function withReads<T>(body: () => T): Promise<T> {
  const replay: Replay = { known: [], next: 0 };
  const random = defaultGenerator.getState();
  for (;;) {
    const outer = current;
    replay.next = 0;
    current = replay;
    try {
      return body();
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      // While it waits, other code must not take this body's reads for its own.
      current = outer;
      replay.known.push(await error.bytes);
      defaultGenerator.setState(random);
    } finally {
      current = outer;
    }
  }
}
