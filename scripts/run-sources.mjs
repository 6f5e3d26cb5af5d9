// Preloaded with `node --conditions=flambeau-source --import=./scripts/run-sources.mjs file.ts`: TypeScript runs as
// it is, and `@flambeau/…` means the sources of that package. The tsx command would do for one thread; worker threads
// inherit Node's options but not its loader, and this file registers the loader in each of them.
import { register } from "tsx/esm/api";

register();
