/** Tests run on the cpu backend, and on the plain-TypeScript one where the native code is not built. */
import { open, setDefaultDevice } from "@flambeau/core";

try {
  await import("@flambeau/cpu");
  setDefaultDevice(await open("cpu"));
} catch {
  await import("@flambeau/testing");
  setDefaultDevice(await open("reference"));
}
