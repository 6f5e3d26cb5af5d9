import "@flambeau/webgpu";
import * as fb from "flambeau";
const device = await fb.open("webgpu");
fb.setDefaultDevice(device);
const r = (n: number) => fb.tensor(Float32Array.from({ length: n }, (_, i) => ((i * 0.6180339887) % 1) * 4 - 2));
const g = r(1 << 20);
const fs: Record<string, () => fb.Tensor> = { add: () => g.add(1), mul: () => g.mul(g), exp: () => g.exp(), erf: () => g.erf(), gelu: () => fb.nn.functional.gelu(g), tanh: () => g.tanh(), sqrt: () => g.abs().sqrt(), strided: () => g.reshape([1024, 1024]).t().add(1), gt: () => g.gt(0) };
const best: Record<string, number> = {};
for (let i = 0; i < 12; i++) for (const [n, f] of Object.entries(fs)) { const t = performance.now(); const y = fb.scope(f); await device.backend.synchronize(); best[n] = Math.min(best[n] ?? 1e9, performance.now() - t); y.dispose(); }
console.log(Object.entries(best).map(([n, t]) => `${n} ${t.toFixed(1)}`).join("  "));
process.exit(0);
