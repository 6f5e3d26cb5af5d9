/** Makes the reference backend known as device "reference"; importing this file registers it. */
import type { BackendFactory } from "@flambeau/core";
import { registerBackend } from "@flambeau/core";
import { ReferenceBackend } from "./backend.js";

export const referenceFactory: BackendFactory = {
  name: "reference",
  // Never chosen by itself: it is slow on purpose.
  priority: -1,
  openSync: (index) => new ReferenceBackend(index),
  open: async (index) => new ReferenceBackend(index),
};

registerBackend(referenceFactory);
