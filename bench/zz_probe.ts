import * as fb from "flambeau";
import { setNumThreads } from "@flambeau/cpu";
setNumThreads(Number(process.argv[2] ?? 1));
const n = 1_000_000;
const g = fb.pointwise("scaledGelu", (x, w, b) => { const y = x.mul(w).add(b); return y.mul(0.5).mul(y.mul(Math.SQRT1_2).erf().add(1)); });
const addmul = fb.pointwise("am", (x, w, b) => x.mul(w).add(b));
const [x, w, b] = [fb.randn([n]), fb.randn([n]), fb.randn([n])];
const s = fb.randn([4096, 768]); const sw = fb.randn([768]), sb = fb.randn([768]);
const fence = fb.zeros([1]);
const cases: Record<string, () => fb.Tensor> = {
  gelu: () => g(x, w, b), addmul: () => addmul(x, w, b), copy: () => x.clone(),
  softmax: () => s.softmax(-1), ln: () => fb.nn.functional.layerNorm(s, 768, sw, sb), lnplain: () => fb.nn.functional.layerNorm(s, 768),
};
const small: Record<string, () => fb.Tensor> = {};
const m = 16384; const [x2, w2, b2] = [fb.randn([m]), fb.randn([m]), fb.randn([m])]; 
const s2 = fb.randn([16, 768]);
small.gelu = () => g(x2, w2, b2); small.softmax = () => s2.softmax(-1); small.ln = () => fb.nn.functional.layerNorm(s2, 768, sw, sb); small.lnplain = () => fb.nn.functional.layerNorm(s2, 768);
function time(run: () => void, reps: number) { for (let i = 0; i < reps; i++) run(); fence.dataSync(); let best = 1e9; for (let k = 0; k < 15; k++) { const t = performance.now(); for (let i = 0; i < reps; i++) run(); fence.dataSync(); best = Math.min(best, (performance.now() - t) / reps); } return best * 1e3; }
for (const [name, f] of Object.entries(cases)) { const G = (globalThis as any).gcs; G.n = 0; G.ms = 0; const d = time(() => void f(), 30); console.log(name.padEnd(10), "dropped", d.toFixed(0), "µs", "gc each", (G.ms/G.n*1e3).toFixed(0), "µs n", G.n, "disposed", time(() => f().dispose(), 30).toFixed(0), "µs"); }

