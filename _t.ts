import * as fb from "flambeau";
import { runOp } from "./packages/testing/src/conformance/ops.ts";
import { readFileSync } from "node:fs";
await (fb as any).open("cpu"); (fb as any).setDefaultDevice("cpu");
const f = JSON.parse(readFileSync(process.argv[2]!, "utf8"));
const c = f.cases.find((c:any)=>c.id.endsWith("/"+process.argv[3]));
try { console.log(await runOp({api: fb as any, device:"cpu"}, f, c, process.argv[4]!)); } catch (e) { console.log((e as Error).stack); }
