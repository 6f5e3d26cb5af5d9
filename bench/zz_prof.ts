import "@flambeau/webgpu";
import * as fb from "flambeau";
import { DigitNet } from "../examples/mnist/model.js";
const device = await fb.open("webgpu"); fb.setDefaultDevice(device);
const model = new DigitNet(); const opt = new fb.optim.Adam(model.parameters(), { lr: 1e-3 }); const crit = new fb.nn.CrossEntropyLoss();
const x = fb.rand([64,1,28,28]); const y = fb.randint(10,[64]);
const step = async () => { const loss = crit.forward(model.forward(x), y); opt.zeroGrad(); loss.backward(); opt.step(); return loss.item(); };
const n = Number(process.argv[2] ?? 3); const ts: number[] = [], cs: number[] = [];
for (let i = 0; i < n; i++) { if (i === n - 1) console.error("=== last"); const t = performance.now(), c = process.cpuUsage(); await step(); const u = process.cpuUsage(c); ts.push(performance.now() - t); cs.push((u.user + u.system) / 1e3); }
console.log("wall", Math.min(...ts).toFixed(0), "cpu", Math.min(...cs).toFixed(0), "launches", (device.backend.stats() as any).launches / n);
process.exit(0);
