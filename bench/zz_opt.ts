import * as fb from "flambeau";
import { setNumThreads } from "@flambeau/cpu";
setNumThreads(1);
import { training } from "./rows/training.js";
const run = training[Number(process.argv[2])]!.setup();
for (let i = 0; i < 100; i++) run();
const reps = Number(process.argv[3] ?? 100); const ts: number[] = [];
for (let k = 0; k < 30; k++) { const t = process.cpuUsage(); for (let i = 0; i < reps; i++) run(); const u = process.cpuUsage(t); ts.push((u.user + u.system) / 1e3 / reps); }
ts.sort((a, b) => a - b); console.log("best", ts[0]!.toFixed(3), "median", ts[15]!.toFixed(3));
