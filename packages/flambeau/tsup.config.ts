import { library } from "../../scripts/tsup-library.js";

// As modules: bundling loses what two entries pass on from another package by `export *`.
export default library({ index: "src/index.ts", browser: "src/browser.ts" }, "modules");
