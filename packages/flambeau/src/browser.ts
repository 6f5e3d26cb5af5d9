/**
 * Flambeau in one import, in a page; bundlers find it by the condition "browser". The device is webgpu: `await fb.open("webgpu")`
 * once, and tensors are made there.
 */
import "@flambeau/webgpu";

export * from "./exports.js";
