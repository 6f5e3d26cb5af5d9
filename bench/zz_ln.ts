import * as fb from "flambeau";
import { setNumThreads } from "@flambeau/cpu";
setNumThreads(1);
const s = fb.randn([4096, 768]).requiresGrad_(); const sw = fb.randn([768]).requiresGrad_(), sb = fb.randn([768]).requiresGrad_(); const g = fb.randn([4096, 768]);
for (let i = 0; i < 60; i++) { if (i === 11) console.error("---"); fb.grad(fb.nn.functional.layerNorm(s, 768, sw, sb), [s, sw, sb], { gradOutputs: g }); }
for (let i = 0; i < 60; i++) { if (i === 11) console.error("---"); fb.grad(s.softmax(-1), [s], { gradOutputs: g }); }
