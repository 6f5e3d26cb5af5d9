import "@flambeau/webgpu";
import * as fb from "flambeau";
import { unaryScalar, binaryScalar } from "@flambeau/core";
const device = await fb.open("webgpu");
fb.setDefaultDevice(device);
const n = 200000;
const ulp = (x: number) => { const a = Math.abs(x); return a < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(a)) - 23); };
const report = (name: string, got: Float32Array, want: (i: number) => number, show: (i: number) => string) => {
  let worst = 0, at = 0, special = 0;
  for (let i = 0; i < got.length; i++) {
    const w = want(i), f = Math.fround(w), g = got[i]!;
    if (!Number.isFinite(f) || !Number.isFinite(g)) { if (!Object.is(f, g) && !(Number.isNaN(f) && Number.isNaN(g))) { special++; if (special < 3) console.log("  special", name, show(i), "got", g, "want", f); } continue; }
    if (Math.abs(f) < 2 ** -125) continue;
    const e = Math.abs(g - w) / ulp(w);
    if (e > worst) { worst = e; at = i; }
  }
  console.log(name.padEnd(12), worst.toFixed(2), "ulp at", show(at), "special", special);
};
const ranges: Record<string, [number, number][]> = { default: [[-10, 10], [-1, 1], [-90, 90]], log: [[0, 10], [0.5, 2], [0, 1e30]], lgamma: [[-10, 10], [0, 50]], digamma: [[-10, 10], [0, 50]], sin: [[-10, 10], [-1e4, 1e4],[-1e7,1e7],[-1e30,1e30]], cos: [[-10, 10], [-1e4, 1e4]], tan: [[-10, 10], [-1e4, 1e4],[-1e7,1e7],[-1e30,1e30]], erfinv: [[-1, 1]], atanh: [[-1, 1]], asin: [[-1, 1]], acos: [[-1, 1]], acosh: [[1, 10], [1, 1e20]], log1p: [[-1, 1], [0, 100]] };
for (const name of ["sin","cos","tan","erfc"] as const) {
  for (const [a, b] of ranges[name] ?? (name.startsWith("log") || name === "sqrt" || name === "rsqrt" ? ranges.log! : ranges.default!)) {
    const x = Float32Array.from({ length: n }, (_, i) => a + (b - a) * ((i * 0.6180339887) % 1));
    const f = fb.pointwise(name, (v) => (v as never as Record<string, () => typeof v>)[name]!());
    const y = (await f(fb.tensor(x)).data()) as Float32Array;
    report(`${name} [${a},${b}]`, y, (i) => unaryScalar(name).evaluate(x[i]!), (i) => String(x[i]));
  }
}
for (const name of ["pow", "atan2", "hypot", "fmod", "remainder", "floorDiv", "logaddexp", "div"] as const) {
  for (const [a, b] of [[-10, 10], [0, 100]] as const) {
    const x = Float32Array.from({ length: n }, (_, i) => a + (b - a) * ((i * 0.6180339887) % 1));
    const z = Float32Array.from({ length: n }, (_, i) => -10 + 20 * ((i * 0.7548776662) % 1));
    const f = fb.pointwise(name, (v, w) => (v as never as Record<string, (w: unknown) => typeof v>)[name]!(w));
    const y = (await f(fb.tensor(x), fb.tensor(z)).data()) as Float32Array;
    report(`${name} [${a},${b}]`, y, (i) => binaryScalar(name).evaluate(x[i]!, z[i]!), (i) => `${x[i]}, ${z[i]}`);
  }
}
process.exit(0);
