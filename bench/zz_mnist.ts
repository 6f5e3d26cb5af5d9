import * as fb from "flambeau";
import { setNumThreads } from "@flambeau/cpu";
import { DigitNet } from "../examples/mnist/model.js";
setNumThreads(Number(process.argv[2] ?? 1));
const adam = fb.pointwise("adam", (p: any, g: any, m: any, v: any, lr: any, c1: any, c2: any) => {
  const m2 = m.mul(0.9).add(g.mul(0.1)), v2 = v.mul(0.999).add(g.square().mul(0.001));
  return [p.sub(m2.div(c1).div(v2.div(c2).sqrt().add(1e-8)).mul(lr)), m2, v2];
}) as any;
function opt(params: fb.Tensor[]) { const st = params.map((p) => [fb.zerosLike(p), fb.zerosLike(p)]); let t = 0;
  return { step() { t++; fb.noGrad(() => params.forEach((p, i) => adam.into([p, st[i]![0], st[i]![1]], p, (p as any).grad, st[i]![0], st[i]![1], 1e-3, 1 - 0.9 ** t, 1 - 0.999 ** t))); }, zero() { for (const p of params) (p as any).grad = null; } }; }
const which = process.argv[3] ?? "mnist";
const model: any = which === "mnist" ? new DigitNet() : new fb.nn.Sequential(new fb.nn.Linear(784, 256), new fb.nn.ReLU(), new fb.nn.Linear(256, 128), new fb.nn.ReLU(), new fb.nn.Linear(128, 10));
const x = which === "mnist" ? fb.rand([64, 1, 28, 28]) : fb.randn([64, 784]); const y = fb.randint(10, [64]);
const o = opt(model.parameters()); const crit = new fb.nn.CrossEntropyLoss();
const step = () => { const loss = crit.forward(model.forward(x), y); o.zero(); loss.backward(); o.step(); loss.itemSync(); };
for (let i = 0; i < 40; i++) step();
const reps = which === "mnist" ? 10 : 100; let best = 1e9; const ts: number[] = [];
for (let k = 0; k < Number(process.argv[4] ?? 20); k++) { const t = process.cpuUsage(); for (let i = 0; i < reps; i++) step(); const u = process.cpuUsage(t); const d = (u.user + u.system) / 1e3 / reps; ts.push(d); }
ts.sort((a, b) => a - b); console.log(which, "best", ts[0]!.toFixed(3), "median", ts[ts.length >> 1]!.toFixed(3), "ms");
