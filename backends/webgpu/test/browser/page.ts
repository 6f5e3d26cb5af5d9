/** Runs recorded cases where a page's programs run. The test that opens the page calls `runCase`. */
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

export interface CasePage {
  readonly runCase: (file: NamedFile) => Promise<Ran[]>;
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

Object.assign(globalThis, { casePage: { runCase } satisfies CasePage });
