import * as fb from "flambeau";
import { setNumThreads } from "@flambeau/cpu";
setNumThreads(1);
const s = fb.randn([256, 768]).requiresGrad_(); const sw = fb.randn([768]).requiresGrad_(), sb = fb.randn([768]).requiresGrad_(); const g = fb.randn([256, 768]);
const wrt = process.argv[2] === "x" ? [s] : process.argv[2] === "w" ? [sw, sb] : [s, sw, sb];
const f = () => fb.grad(fb.nn.functional.layerNorm(s, 768, sw, sb), wrt, { gradOutputs: g }).forEach((t) => t.dispose());
let best = 1e9; const end = performance.now() + 5000; while (performance.now() < end) { const t = process.cpuUsage(); for (let i = 0; i < 20; i++) f(); g.dataSync; const u = process.cpuUsage(t); best = Math.min(best, (u.user + u.system) / 20); }
console.log(process.argv[2], (best * 1e3 / 256 / 768).toFixed(3), "ns/element fwd+bwd");
