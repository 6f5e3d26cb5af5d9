/** Times benchmarks against the peers there are, one after another. */
import { openCpu, setNumThreads } from "@flambeau/cpu";
import * as fb from "flambeau";
import { type Contestant, inProcess } from "./harness/contestant.js";
import { interleave, type Timing } from "./harness/interleave.js";
import { type Result, resultOf } from "./harness/result.js";
import type { Peer } from "./peers/peer.js";
import type { Row } from "./rows/row.js";

/** Waits for everything enqueued: a read runs what is pending. */
function settler(): () => void {
  const fence = fb.zeros([1]);
  return () => void fence.dataSync();
}

/** One benchmark with one number of threads. */
async function time(row: Row, threads: number, peers: readonly Peer[], timing: Timing): Promise<Result> {
  setNumThreads(threads);
  const names: string[] = [];
  const contestants: Contestant[] = [inProcess(row.setup(), settler())];
  try {
    for (const peer of peers) {
      const contestant = await peer.open(row.program);
      if (contestant === null) continue;
      names.push(peer.name);
      contestants.push(contestant);
    }
    return resultOf(row, threads, names, await interleave(contestants, timing));
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
}

/** Times the rows with each number of threads they are for, and hands over results as they come. */
export async function runRows(
  rows: readonly Row[],
  threads: readonly number[],
  peers: ReadonlyMap<number, readonly Peer[]>,
  timing: Timing,
  report: (result: Result) => void,
): Promise<void> {
  openCpu();
  for (const row of rows) {
    const counts = threads.filter((count) => row.threads?.includes(count) ?? true);
    for (const count of counts) report(await time(row, count, peers.get(count) ?? [], timing));
  }
}
