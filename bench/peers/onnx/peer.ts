/** onnxruntime-node, where Node finds it; the project does not depend on it. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { randn } from "flambeau";
import { seconds } from "../../harness/clock.js";
import type { Contestant } from "../../harness/contestant.js";
import type { Found, Peer, Program } from "../peer.js";
import { graphOf, modelOf } from "./model.js";

/** The part of onnxruntime-node used here. */
interface Runtime {
  readonly Tensor: new (dtype: "float32", data: Float32Array, shape: readonly number[]) => object;
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<Session>;
  };
}
interface Session {
  run(feeds: Readonly<Record<string, object>>): Promise<object>;
  release(): Promise<void>;
}

const packageName = "onnxruntime-node";

class OnnxruntimePeer implements Peer {
  readonly name: string;

  constructor(
    readonly runtime: Runtime,
    version: string,
    readonly details: string,
    readonly threads: number,
  ) {
    this.name = `onnxruntime ${version}`;
  }

  async open(program: Program): Promise<Contestant | null> {
    const graph = graphOf(program);
    if (graph === null) return null;
    const { Tensor, InferenceSession } = this.runtime;
    const session = await InferenceSession.create(modelOf(graph), {
      executionProviders: ["cpu"],
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
    });
    const feeds = Object.fromEntries(
      Object.entries(graph.inputs).map(([name, shape]) => [
        name,
        new Tensor("float32", randn(shape).dataSync() as Float32Array, shape),
      ]),
    );
    return {
      sample: async (repetitions, clock) => {
        const start = seconds(clock);
        for (let i = 0; i < repetitions; i++) await session.run(feeds);
        return seconds(clock) - start;
      },
      close: () => session.release(),
    };
  }

  async close(): Promise<void> {}
}

/** onnxruntime-node with so many threads. */
export async function findOnnxruntime(threads: number): Promise<Found> {
  const require = createRequire(import.meta.url);
  try {
    const path = require.resolve(`${packageName}/package.json`);
    const { version } = require(path) as { version: string };
    return {
      peer: new OnnxruntimePeer(require(packageName) as Runtime, version, dirname(path), threads),
    };
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    return { missing: `no ${packageName}: ${reason}` };
  }
}
