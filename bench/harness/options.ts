/** The command line: `pnpm bench [PATTERN] [--json FILE] [--threads LIST] [--rounds N] [--clock cpu]`. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { ArgumentError } from "flambeau";
import { type Clock, clocks } from "./clock.js";

export interface Options {
  /** Whether a benchmark of this name is wanted. */
  readonly wanted: (name: string) => boolean;
  /** A file for one JSON object per line; null for none. */
  readonly json: string | null;
  readonly threads: readonly number[];
  readonly rounds: number | null;
  readonly clock: Clock;
}

/** Names match by regular expression anywhere, whatever their case. */
export function matcher(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  try {
    const expression = new RegExp(pattern, "i");
    return (name) => expression.test(name);
  } catch (cause) {
    throw new ArgumentError("bench", `expected PATTERN to be a regular expression, got "${pattern}"`, {
      cause,
    });
  }
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new ArgumentError("bench", `expected --${option} to be a positive integer, got "${text}"`);
}

function clockNamed(text: string): Clock {
  const clock = clocks.find((name) => name === text);
  if (clock !== undefined) return clock;
  throw new ArgumentError("bench", `expected --clock to be one of ${clocks.join(", ")}, got "${text}"`);
}

/** Reads arguments without `node` and the script. One thread and two are timed unless the machine has only one. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "string" },
      threads: { type: "string" },
      rounds: { type: "string" },
      clock: { type: "string", default: "wall" },
    },
  });
  if (positionals.length > 1) {
    throw new ArgumentError("bench", `expected at most one PATTERN, got ${positionals.join(" ")}`);
  }
  const threads = values.threads?.split(",").map((text) => count("threads", text));
  return {
    wanted: matcher(positionals[0]),
    json: values.json ?? null,
    threads: threads ?? [1, 2].filter((n) => n <= availableParallelism()),
    rounds: values.rounds === undefined ? null : count("rounds", values.rounds),
    clock: clockNamed(values.clock),
  };
}
