/** What `import * as fb from "flambeau"` gives, wherever it runs. */
export * from "@flambeau/autograd";
export * from "@flambeau/core";
export * as data from "@flambeau/data";
export * as formats from "@flambeau/formats";
export * as nn from "@flambeau/nn";
export * as optim from "@flambeau/optim";
