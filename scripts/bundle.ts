/** A page's program with what it imports, as vite bundles it, from the sources. */
import { build, defaultClientConditions, type Plugin, type Rolldown } from "vite";
import { root } from "./steps.js";

/** The program as a module that is no file. It imports as if it stood in the root, which depends on every package. */
function virtual(source: string): Plugin {
  const id = "\0program";
  return {
    name: "program",
    resolveId(specifier, importer) {
      if (specifier === "program") return id;
      return importer === id ? this.resolve(specifier, `${root}/program.ts`, { skipSelf: true }) : null;
    },
    load: (asked) => (asked === id ? source : null),
  };
}

/** The chunks, minified: the program's own first, then those it loads later. */
export async function bundle(source: string): Promise<Rolldown.OutputChunk[]> {
  const result = (await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: "error",
    plugins: [virtual(source)],
    resolve: { conditions: ["flambeau-source", ...defaultClientConditions] },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: { input: "program", preserveEntrySignatures: "strict" },
    },
  })) as Rolldown.RolldownOutput;
  const chunks = result.output.filter((file) => file.type === "chunk");
  return chunks.sort((a, b) => Number(b.isEntry) - Number(a.isEntry));
}
