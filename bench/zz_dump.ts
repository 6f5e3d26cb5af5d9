import "@flambeau/webgpu";
import * as fb from "flambeau";
const device = await fb.open("webgpu"); fb.setDefaultDevice(device);
const x = fb.tensor(new Float32Array(4096*768)).reshape([4096,768]); const w = fb.tensor(new Float32Array(768));
if (process.argv[2]==="s") await x.softmax(-1).data(); else await fb.nn.functional.layerNorm(x,[768],w,w).data();
process.exit(0);
