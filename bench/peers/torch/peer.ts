/** PyTorch, in a Python process that lives as long as the peer. */
import { fileURLToPath } from "node:url";
import type { Contestant } from "../../harness/contestant.js";
import { LineProcess } from "../lines.js";
import type { Found, Peer, Program } from "../peer.js";

const server = fileURLToPath(new URL("server.py", import.meta.url));

interface Greeting {
  readonly version: string;
  readonly blas: string;
}

/**
 * OpenMP's threads read these when they start. Without them they spin between runs, on the cores that Flambeau is being
 * timed on, and against BLAS's own threads.
 */
const environment = (threads: number): NodeJS.ProcessEnv => ({
  ...process.env,
  OMP_NUM_THREADS: String(threads),
  OMP_WAIT_POLICY: "PASSIVE",
  GOMP_SPINCOUNT: "0",
});

class TorchPeer implements Peer {
  readonly name: string;
  readonly details: string;

  constructor(
    readonly child: LineProcess,
    { version, blas }: Greeting,
  ) {
    this.name = `torch ${version}`;
    this.details = `BLAS: ${blas}; ${child.command}`;
  }

  async open(program: Program): Promise<Contestant | null> {
    const { known } = await this.child.ask<{ known: boolean }>({ open: program });
    if (!known) return null;
    return {
      sample: async (repetitions, clock) =>
        (await this.child.ask<{ seconds: number }>({ sample: repetitions, clock })).seconds,
      close: async () => {
        await this.child.ask({ close: true });
      },
    };
  }

  close(): Promise<void> {
    return this.child.close();
  }
}

/** PyTorch of one interpreter ("python3", or a path) with so many threads. */
export async function findTorch(python: string, threads: number): Promise<Found> {
  const child = new LineProcess(python, [server, String(threads)], environment(threads));
  try {
    return { peer: new TorchPeer(child, await child.receive<Greeting>()) };
  } catch (error) {
    return { missing: `no PyTorch: ${(error as Error).message}` };
  }
}
