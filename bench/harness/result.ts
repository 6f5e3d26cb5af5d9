/** The outcome of one benchmark on one number of threads, as a line of text and as a line of JSON. */
import { ratio, type Summary, summarize } from "./statistics.js";

export interface PeerResult extends Summary {
  readonly peer: string;
  /** How many times as fast as the peer Flambeau is, by medians and by the quickest runs. */
  readonly ratio: number;
  readonly ratioOfLeast: number;
}

export interface Result extends Summary {
  readonly name: string;
  readonly threads: number;
  /** Floating-point operations per second, where the benchmark tells how many a run makes. */
  readonly flops: number | null;
  readonly peers: readonly PeerResult[];
}

/** `seconds`: Flambeau's first, then those of the peers named. */
export function resultOf(
  benchmark: { readonly name: string; readonly flops?: number },
  threads: number,
  peers: readonly string[],
  seconds: readonly (readonly number[])[],
): Result {
  const [own, ...others] = seconds.map(summarize) as [Summary, ...Summary[]];
  return {
    name: benchmark.name,
    threads,
    ...own,
    flops: benchmark.flops === undefined ? null : benchmark.flops / own.median,
    peers: others.map((summary, i) => ({
      peer: peers[i] as string,
      ...summary,
      ratio: ratio(own.median, summary.median),
      ratioOfLeast: ratio(own.least, summary.least),
    })),
  };
}

const units = [
  { name: "s ", seconds: 1 },
  { name: "ms", seconds: 1e-3 },
  { name: "µs", seconds: 1e-6 },
] as const;

/** A duration with three digits and its unit: "1.31 ms". */
export function formatSeconds(seconds: number): string {
  const unit = units.find((u) => seconds >= u.seconds) ?? units[2];
  return `${(seconds / unit.seconds).toPrecision(3)} ${unit.name}`;
}

const nameWidth = 34;
const timeWidth = 11;

/** What stands above the columns of `formatResult`. */
export const heading = (peers: readonly string[]): string =>
  [
    `${"".padEnd(nameWidth)}threads${"Flambeau".padStart(timeWidth)}${"GFLOP/s".padStart(9)}`,
    ...peers.map((peer) => `${peer.padStart(timeWidth + 10)} (least)`),
  ].join("  ");

/** One line: median times, and for each peer how many times as fast Flambeau is. */
export function formatResult({ name, threads, median, flops, peers }: Result): string {
  const speed = flops === null ? "" : (flops / 1e9).toFixed(1);
  const own = `${name.padEnd(nameWidth)}${String(threads).padStart(7)}${formatSeconds(median).padStart(timeWidth)}`;
  const others = peers.map(
    (peer) =>
      `${formatSeconds(peer.median).padStart(timeWidth)} ${`${peer.ratio.toFixed(2)}x`.padStart(9)} (${peer.ratioOfLeast.toFixed(2)}x)`,
  );
  return [`${own}${speed.padStart(9)}`, ...others].join("  ");
}
