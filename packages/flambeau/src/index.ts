/** Flambeau in one import, in Node: `import * as fb from "flambeau"`. Devices: cpu, and webgpu once it is opened. */
import "@flambeau/cpu";
import "@flambeau/webgpu";

export * from "./exports.js";
