// Exits with 0 when a WebGPU device can be opened here.
import { open } from "@flambeau/core";
import "@flambeau/webgpu";

try {
  await open("webgpu");
  process.exit(0);
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
