import * as fb from "flambeau";
const n = 16; const [a, b, g] = [fb.randn([n]).requiresGrad_(), fb.randn([n]), fb.randn([n])];
const cases: Record<string, () => void> = { plain: () => void g.add(b), recorded: () => void a.add(b), backward: () => { (a as any).grad = null; a.add(b).backward(g); } };
for (const name of (process.argv[2] ?? "plain,recorded,backward").split(",")) { const f = cases[name]!; for (let i = 0; i < 30000; i++) f(); let best = 1e9; for (let k = 0; k < 20; k++) { const t = performance.now(); for (let i = 0; i < 5000; i++) f(); b.dataSync(); best = Math.min(best, (performance.now() - t) / 5); } console.log(name, best.toFixed(2), "µs"); }
