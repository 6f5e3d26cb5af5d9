import { FlambeauError } from "@flambeau/core";
import type { RemoteError } from "./protocol.js";

export interface WorkerErrorDetails {
  readonly workerId: number;
  /** Position of the batch in the pass, where one was being made. */
  readonly batch?: number | null;
  /** The index whose sample could not be had. */
  readonly sampleIndex?: number | null;
  readonly remote?: RemoteError;
}

/** Something went wrong in a worker thread of DataLoader: `cause` has the worker's own error, and `workerStack` its stack. */
export class WorkerError extends FlambeauError {
  override name = "WorkerError";
  readonly workerId: number;
  readonly batch: number | null;
  readonly sampleIndex: number | null;
  readonly workerStack: string;

  constructor(message: string, { workerId, batch, sampleIndex, remote }: WorkerErrorDetails) {
    super(
      "DataLoader",
      remote === undefined ? message : `${message}: ${remote.name}: ${remote.message}`,
      causeOf(remote),
    );
    this.workerId = workerId;
    this.batch = batch ?? null;
    this.sampleIndex = sampleIndex ?? null;
    this.workerStack = remote?.stack ?? "";
  }
}

function causeOf(remote: RemoteError | undefined): ErrorOptions | undefined {
  if (remote === undefined) return undefined;
  const cause = new Error(remote.message);
  cause.name = remote.name;
  cause.stack = remote.stack;
  return { cause };
}

/** A batch did not come within DataLoader's timeout. */
export class WorkerTimeoutError extends FlambeauError {
  override name = "WorkerTimeoutError";
}
