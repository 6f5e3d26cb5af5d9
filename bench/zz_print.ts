import * as fb from "flambeau";
import { translate } from "../backends/cpu/src/fused/translate.js";
import { addTransform } from "@flambeau/core/internal";
const backend = fb.zeros([1]).device.backend as any;
const orig = backend.enqueue.bind(backend);
const seen = new Set();
backend.enqueue = (l: any) => { if (l.kernel.kind === "fused" && !seen.has(l.kernel)) { seen.add(l.kernel);
  const code = translate(l.kernel, { tileAxes: -1, severalRows: false, severalElements: true, overOuter: false, resident: process.argv[2] === "r" });
  const show = (i: any) => `   ${i.result ? "v" + i.result.index + " = " : ""}${i.name}.${i.type}[${i.shape}] ${i.args.map((a: any) => "v" + a.index).join(" ")} ${i.operand >= 0 ? "op" + i.operand : ""} ${i.immediate || ""}`;
  console.log("==", l.kernel.name); console.log(" once"); code.once.map(show).forEach((x: string) => console.log(x)); console.log(" prologue"); code.prologue.map(show).forEach((x: string) => console.log(x));
  code.passes.forEach((p: any, k: number) => { console.log(" pass", k); p.element.map(show).forEach((x: string) => console.log(x)); console.log("  row"); p.row.map(show).forEach((x: string) => console.log(x)); }); }
  return orig(l); };
const s = fb.randn([64, 768]), w = fb.randn([768]), b = fb.randn([768]);
const sg = s.clone().requiresGrad_(), wg = w.clone().requiresGrad_(), bg = b.clone().requiresGrad_(); fb.grad(fb.nn.functional.layerNorm(sg, 768, wg, bg), [sg, wg, bg], { gradOutputs: s }); fb.grad(sg.softmax(-1), [sg], { gradOutputs: s });
const g = fb.pointwise("scaledGelu", (x, w, b) => { const y = x.mul(w).add(b); return y.mul(0.5).mul(y.mul(Math.SQRT1_2).erf().add(1)); });
g(s, s, s);
fb.nn.functional.crossEntropy(fb.randn([64, 10]), fb.randint(10, [64]));
s.logSoftmax(-1); s.logsumexp(-1);
