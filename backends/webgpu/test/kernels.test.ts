/** Every kernel kind against the reference, by both ways lowerings go: for GPUs, and for processors that stand in for one. */
import type { KernelKind } from "@flambeau/core";
import { compareBackends, ReferenceBackend } from "@flambeau/testing";
import { expect, it } from "vitest";
import { openDevice } from "./support/device.js";

const kinds: readonly KernelKind[] = [
  "fused",
  "matmul",
  "conv",
  "pool",
  "gather",
  "scatter",
  "scan",
  "sort",
  "nonzero",
];
const backend = await openDevice();
const { traits } = backend.runtime;
const given = traits.emulated;

const ways = [
  ["a GPU", false],
  ["a processor", true],
] as const;
const cases = ways.flatMap(([name, emulated]) => kinds.map((kind) => [kind, name, emulated] as const));

it.each(cases)(
  "%s launches lowered for %s agree with the reference",
  { timeout: 120_000 },
  async (kind, _, emulated) => {
    traits.emulated = emulated;
    const mismatches = await compareBackends(backend, new ReferenceBackend(0), { kinds: [kind], cases: 40 });
    traits.emulated = given;
    expect(mismatches.map(({ title, message }) => `${title}: ${message}`)).toEqual([]);
  },
);
