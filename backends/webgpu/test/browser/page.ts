/** Runs what tests ask for where a page's programs run. */
import type { KernelKind } from "@flambeau/core";
import * as fb from "flambeau";
import type { Api } from "../../../../packages/testing/src/conformance/api.js";
import type { Outcome } from "../../../../packages/testing/src/conformance/outcome.js";
import { runFile } from "../../../../packages/testing/src/conformance/run.js";
import type { NamedFile } from "../../../../packages/testing/src/conformance/source.js";

export interface Ran {
  readonly outcome: Outcome;
  /** Kinds of the kernels that the case launched. */
  readonly launched: readonly KernelKind[];
}

export interface TestPage {
  readonly runCase: (file: NamedFile) => Promise<Ran[]>;
  /** Computes tensors of 16 MB, waits for each and frees none; the most bytes that the device had reserved meanwhile. */
  readonly dropTensors: (count: number) => Promise<number>;
}

const { backend } = await fb.open("webgpu");
const launched = new Set<KernelKind>();
const enqueue = backend.enqueue.bind(backend);
backend.enqueue = (launch) => {
  launched.add(launch.kernel.kind);
  enqueue(launch);
};

const runCase = async (file: NamedFile): Promise<Ran[]> => {
  const ran: Ran[] = [];
  launched.clear();
  for await (const outcome of runFile({ api: fb as unknown as Api, device: "webgpu" }, file))
    ran.push({ outcome, launched: [...launched] });
  return ran;
};

const dropTensors = async (count: number): Promise<number> => {
  let most = 0;
  for (let i = 0; i < count; i++) {
    const ones = fb.full([2048, 2048], 1);
    await ones.at(0, 0).item();
    most = Math.max(most, backend.stats().reservedBytes);
  }
  return most;
};

Object.assign(globalThis, { testPage: { runCase, dropTensors } satisfies TestPage });
