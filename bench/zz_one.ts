import * as fb from "flambeau";
import { setNumThreads } from "@flambeau/cpu";
setNumThreads(1);
const [rows, which, secs] = [Number(process.argv[2]), process.argv[3]!, Number(process.argv[4] ?? 3)];
const s = fb.randn([rows, 768]); const sw = fb.randn([768]), sb = fb.randn([768]);
const n = rows * 768; const [x, w, b] = [fb.randn([n]), fb.randn([n]), fb.randn([n])];
const g = fb.pointwise("scaledGelu", (x, w, b) => { const y = x.mul(w).add(b); return y.mul(0.5).mul(y.mul(Math.SQRT1_2).erf().add(1)); });
const fence = fb.zeros([1]);
const run = { softmax: () => s.softmax(-1), ln: () => fb.nn.functional.layerNorm(s, 768, sw, sb), gelu: () => g(x, w, b) }[which]!;
const end = performance.now() + secs * 1e3; let c = 0; let best = 1e9;
while (performance.now() < end) { const t = performance.now(); for (let i = 0; i < 100; i++) run().dispose(); fence.dataSync(); best = Math.min(best, performance.now() - t); c++; }
console.log(which, rows, (best * 1e4 / rows / 768).toFixed(4), "ns/element best");
