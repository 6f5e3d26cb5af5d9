/**
 * What a debugger does, without a person: stops at every breakpoint of `program.ts`, reads the stack and a variable of
 * the frame it stopped in, and goes on. Prints what it saw as JSON.
 */
import { once } from "node:events";
import type { Debugger, Session } from "node:inspector";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

export interface Pause {
  /** Names of the functions on the stack, innermost first. */
  readonly stack: readonly string[];
  /** Names and printed values of the tensors in the innermost frame. */
  readonly tensors: Readonly<Record<string, string>>;
}

type Inspector = Session & { connectToMainThread(): void };

/** The Chrome DevTools protocol's calls, awaited. */
function caller(session: Session) {
  return <R>(method: string, params: object = {}): Promise<R> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error: Error | null, result?: object) =>
        error === null ? resolve(result as R) : reject(error),
      );
    });
}

async function attach(): Promise<void> {
  const inspector = await import("node:inspector");
  const session = new inspector.Session() as Inspector;
  session.connectToMainThread();
  const call = caller(session);
  session.on("Debugger.paused", async ({ params }) => {
    const [frame] = params.callFrames as [Debugger.CallFrame];
    const evaluate = async (expression: string): Promise<string> => {
      const { result } = await call<Debugger.EvaluateOnCallFrameReturnType>("Debugger.evaluateOnCallFrame", {
        callFrameId: frame.callFrameId,
        expression,
        returnByValue: true,
      });
      return String(result.value);
    };
    const tensors: Record<string, string> = {};
    for (const name of ["x", "y", "gradient", "doubled", "result"]) {
      const shown = await evaluate(`typeof ${name} === "undefined" ? "" : String(${name})`);
      if (shown !== "") tensors[name] = shown;
    }
    parentPort?.postMessage({ stack: params.callFrames.map((f) => f.functionName), tensors } satisfies Pause);
    await call("Debugger.resume");
  });
  // The connection alone does not keep this thread alive; listening to the main thread does.
  parentPort?.on("message", () => {});
  await call("Debugger.enable");
  parentPort?.postMessage("ready");
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const pauses: Pause[] = [];
  await once(worker, "message");
  worker.on("message", (pause: Pause) => pauses.push(pause));
  const { run } = await import("./program.js");
  const gradient = run();
  // The messages of the last pause may still be on their way.
  while (pauses.length < 3) await once(worker, "message");
  await worker.terminate();
  console.log(JSON.stringify({ gradient, pauses }));
} else {
  await attach();
}
