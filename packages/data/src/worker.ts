// Entry of DataLoader's worker threads; a file of its own in the build, beside the one that starts it (spawn.ts).
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerSetup } from "./workers/protocol.js";
import { serve } from "./workers/serve.js";

if (parentPort !== null) await serve(parentPort, workerData as WorkerSetup);
