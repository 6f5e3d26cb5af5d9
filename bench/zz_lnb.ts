import * as fb from "flambeau";
import { setNumThreads } from "@flambeau/cpu";
setNumThreads(1);
const R = Number(process.argv[3] ?? 4096);
const s = fb.randn([R, 768]).requiresGrad_(); const sw = fb.randn([768]).requiresGrad_(), sb = fb.randn([768]).requiresGrad_(); const g = fb.randn([R, 768]);
const wrt = process.argv[2] === "x" ? [s] : process.argv[2] === "w" ? [sw, sb] : [s, sw, sb]; const fence = fb.zeros([1]);
const f = process.argv[2] === "f" ? () => fb.nn.functional.layerNorm(s, 768, sw, sb).dispose() : () => fb.grad(fb.nn.functional.layerNorm(s, 768, sw, sb), wrt, { gradOutputs: g }).forEach((t) => t.dispose());
let best = 1e9; const end = performance.now() + 4000; while (performance.now() < end) { const t = process.cpuUsage(); for (let i = 0; i < 5; i++) f(); fence.dataSync(); const u = process.cpuUsage(t); best = Math.min(best, (u.user + u.system) / 5); }
console.log(process.argv[2], R, (best / 1e3).toFixed(2), "ms", (best * 1e3 / R / 768).toFixed(3), "ns/element");
