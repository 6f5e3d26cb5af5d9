import { library } from "../../scripts/tsup-library.js";

export default library({ index: "src/index.ts", "cli/conformance": "src/cli/conformance.ts" }, "bundles");
