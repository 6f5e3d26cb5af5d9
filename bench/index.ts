/**
 * `pnpm bench [PATTERN] [--json FILE] [--threads 1,2] [--rounds N] [--clock cpu]` times Flambeau against the peers that are installed:
 * PyTorch through the interpreters FLAMBEAU_BENCH_PYTHON names (python3 by default), and onnxruntime-node. A ratio of 1.31x
 * says that Flambeau is that much faster. PATTERN picks benchmarks by name; `memory` and `webgpu encode` are two of the names, and `browser`
 * picks those that run in Chromium beside jax-js and TensorFlow.js.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { cpuInfo } from "@flambeau/cpu";
import { browserRows } from "./browser/rows.js";
import { usual } from "./harness/interleave.js";
import { readOptions } from "./harness/options.js";
import { formatResult, heading, type Result } from "./harness/result.js";
import { checkMemory } from "./memory.js";
import { findPeers } from "./peers/find.js";
import type { Peer } from "./peers/peer.js";
import { rows } from "./rows/rows.js";
import { runRows } from "./run.js";
import { encodeCost } from "./webgpu-encode.js";

const { wanted, json, threads, rounds, clock } = readOptions(process.argv.slice(2));
const chosen = rows.filter(({ name }) => wanted(name));
const inBrowser = browserRows.filter(({ name }) => wanted(name));
const timing = { ...usual, clock, rounds: rounds ?? usual.rounds };

const machine = {
  cpu: cpus()[0]?.model ?? "unknown processor",
  cores: cpus().length,
  isa: cpuInfo().isa,
  node: process.version,
};

/** The peers with each number of threads; says once which there are and which not. */
async function gather(): Promise<Map<number, readonly Peer[]>> {
  const peers = new Map<number, readonly Peer[]>();
  const said = new Set<string>();
  for (const count of threads) {
    const found = await findPeers(count);
    for (const each of found) {
      said.add(
        "peer" in each ? `${each.peer.name} (${each.peer.details})` : `${each.missing}; no ratio to it`,
      );
    }
    peers.set(
      count,
      found.flatMap((each) => ("peer" in each ? [each.peer] : [])),
    );
  }
  for (const line of said) console.log(line);
  return peers;
}

async function compare(): Promise<void> {
  console.log(`${machine.cpu}, ${machine.cores} cores; ${machine.isa}; Node ${machine.node}`);
  const peers = await gather();
  const details = new Map([...peers.values()].flat().map((peer) => [peer.name, peer.details]));
  console.log(`\n${heading([...details.keys()])}`);
  const report = (result: Result): void => {
    console.log(formatResult(result));
    if (json === null) return;
    const described = result.peers.map((peer) => ({ ...peer, details: details.get(peer.peer) }));
    appendFileSync(json, `${JSON.stringify({ ...result, clock, peers: described, ...machine })}\n`);
  };
  try {
    await runRows(chosen, threads, peers, timing, report);
  } finally {
    for (const peer of [...peers.values()].flat()) await peer.close();
  }
}

if (json !== null) writeFileSync(json, "");
if (chosen.length > 0) await compare();
if (inBrowser.length > 0) {
  const { compareInBrowser } = await import("./browser/compare.js");
  await compareInBrowser(inBrowser, timing, (result) => {
    if (json !== null) appendFileSync(json, `${JSON.stringify({ ...result, clock, ...machine })}\n`);
  });
}
const encoding = wanted("webgpu encode");
if (encoding) {
  console.log("\nwebgpu encode: JavaScript per operator, from call to encoded dispatch");
  await encodeCost();
}
if (wanted("memory")) {
  console.log("\nmemory: training steps in one synchronous loop");
  if (!checkMemory()) process.exitCode = 1;
} else if (chosen.length + inBrowser.length === 0 && !encoding) {
  console.error(
    `No benchmark matches; there are: ${[...[...rows, ...browserRows].map(({ name }) => name), "webgpu encode", "memory"].join(", ")}.`,
  );
  process.exitCode = 1;
}
