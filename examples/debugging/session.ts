/**
 * What a debugger does, without a person: stops at every breakpoint of `program.ts`, reads the stack and the variables of the
 * frame it stopped in, computes with them, and goes on. Prints what it saw as JSON.
 */
import { once } from "node:events";
import type { Debugger, Runtime, Session } from "node:inspector";
import { basename } from "node:path";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

export interface Frame {
  readonly name: string;
  /** Source file. */
  readonly file: string;
}

export interface Pause {
  /** Innermost first. */
  readonly stack: readonly Frame[];
  /** The tensors among the innermost frame's variables, as a debugger shows them. */
  readonly tensors: Readonly<Record<string, string>>;
  /** What an expression typed at the breakpoint gives: the sum of the gradient or of the input there. */
  readonly typed: number;
}

type Inspector = Session & { connectToMainThread(): void };

/** Calls of the Chrome DevTools protocol, awaited. */
function caller(session: Session) {
  return <R>(method: string, params: object = {}): Promise<R> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error: Error | null, result?: object) =>
        error === null ? resolve(result as R) : reject(error),
      );
    });
}
type Call = ReturnType<typeof caller>;

/** The variables of a frame that hold tensors, with the text a debugger displays for them. */
async function tensorsIn(call: Call, frame: Debugger.CallFrame): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { type, object } of frame.scopeChain) {
    if (type !== "local" && type !== "block") continue;
    const { result } = await call<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
      objectId: object.objectId,
      ownProperties: true,
    });
    for (const { name, value } of result) {
      if (value?.className !== "Tensor") continue;
      const shown = await call<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
        objectId: value.objectId,
        functionDeclaration: "function () { return this.toString(); }",
      });
      found[name] = String(shown.result.value);
    }
  }
  return found;
}

/** `files` tells the source file of a script. */
async function look(
  call: Call,
  frames: readonly Debugger.CallFrame[],
  files: ReadonlyMap<string, string>,
): Promise<Pause> {
  const frame = frames[0] as Debugger.CallFrame;
  const { result } = await call<Debugger.EvaluateOnCallFrameReturnType>("Debugger.evaluateOnCallFrame", {
    callFrameId: frame.callFrameId,
    expression: `(typeof gradient === "undefined" ? x : gradient).sum().itemSync()`,
    returnByValue: true,
  });
  return {
    stack: frames.map(({ functionName, location }) => ({
      name: functionName,
      file: files.get(location.scriptId) ?? "",
    })),
    tensors: await tensorsIn(call, frame),
    typed: Number(result.value),
  };
}

async function attach(): Promise<void> {
  const inspector = await import("node:inspector");
  const session = new inspector.Session() as Inspector;
  session.connectToMainThread();
  const call = caller(session);
  const files = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
    files.set(scriptId, basename(url.replace(/\?.*$/, "")));
  });
  session.on("Debugger.paused", async ({ params }) => {
    parentPort?.postMessage(await look(call, params.callFrames, files));
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
