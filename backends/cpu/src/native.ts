/** The native addon: where it lies and what it exports. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { BackendUnavailableError } from "@flambeau/core";

/** [code, op, value, size, dimension] of an error that a kernel found. */
export type NativeError = readonly [code: number, op: number, value: number, size: number, dimension: number];

export type Done = (
  ticket: number,
  code: number,
  op: number,
  value: number,
  size: number,
  dimension: number,
) => void;

/** One environment's side of the addon. Buffers are named by block ids, commands by their place in the shared array. */
export interface Native {
  /** Once per environment; `limit` 0 leaves the memory limit to the addon. Returns the limit in bytes, or -1 the second time. */
  open(words: Float64Array, limit: number, done: Done): number;
  /** A block that garbage collection of `owner` gives back; 0 when there is no room. */
  allocate(owner: object, bytes: number): number;
  release(id: number): void;
  /** Copies now, or returns false because commands that may still run use the memory. */
  write(id: number, offset: number, data: Uint8Array): boolean;
  /** Runs the words, or puts them behind what is in the background. */
  flush(from: number, to: number): void;
  /** Runs the words after waiting for what is in the background. */
  finish(from: number, to: number): void;
  /** The first error since the last call. */
  takeError(): NativeError | null;
  /** Copies out, or returns the first error since the last time one was taken. */
  read(id: number, offset: number, into: Uint8Array): NativeError | null;
  /** Runs the words in the background, copies `into.length` bytes out, then calls `done`. `into` must stay reachable. */
  submit(from: number, to: number, ticket: number, id: number, offset: number, into: Uint8Array): void;
  /** How many commands have run. */
  completed(): number;
  /** Gives cached memory beyond `keep` bytes back to the system if no command waits. */
  trim(keep: number): void;
  /** Allocated, peak and reserved bytes, live buffers, cached bytes. */
  stats(): [number, number, number, number, number];
  setThreads(count: number): void;
  describe(): { isa: string; threads: number };
  readonly apiVersion: number;
  /** Compiles the code of a fused program; returns its handle. */
  fusedCompile(code: Float64Array): number;
  fusedRelease(program: number): void;
}

const candidates = [
  "../build/Release/flambeau_cpu.node",
  `../prebuilds/${process.platform}-${process.arch}/flambeau_cpu.node`,
];
const compilers =
  process.platform === "darwin"
    ? "`xcode-select --install` and `brew install cmake`"
    : process.platform === "win32"
      ? "Visual Studio's C++ build tools and CMake"
      : "`apt-get install cmake g++` (or your system's packages of CMake and a C++17 compiler)";

let loaded: Native | undefined;

/** The addon, loaded at first use. Throws BackendUnavailableError, which says how to build it. */
export function native(): Native {
  if (loaded !== undefined) return loaded;
  // Seen from this file, whether it runs as a source in src or bundled in dist.
  const paths = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new BackendUnavailableError(
      "cpu",
      `the native addon is not built (looked for ${paths.join(" and ")}); install ${compilers}, ` +
        "then run `pnpm build:native` in a checkout or `node node_modules/@flambeau/cpu/scripts/build-native.mjs`",
    );
  }
  try {
    loaded = createRequire(import.meta.url)(path) as Native;
  } catch (cause) {
    throw new BackendUnavailableError("cpu", `the native addon ${path} cannot be loaded: ${String(cause)}`, {
      cause,
    });
  }
  return loaded;
}
