/** Flambeau in one import: `import * as fb from "flambeau"`. */
import "@flambeau/cpu";

export * from "@flambeau/core";
export * from "@flambeau/autograd";
export * as nn from "@flambeau/nn";
