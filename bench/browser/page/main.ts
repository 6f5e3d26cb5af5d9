/** The page of one library: the harness opens `?library=NAME` and times what `contest` offers. */
import type { Library, ProgramName, Run } from "./library.js";

const libraries: Readonly<Record<string, () => Promise<{ open(): Promise<Library> }>>> = {
  flambeau: () => import("./flambeau.js"),
  "jax-js": () => import("./jax.js"),
  tfjs: () => import("./tfjs.js"),
};

export interface Sample {
  readonly seconds: number;
  /** One number of the last result. */
  readonly value: number;
}

export interface Contest {
  readonly version: string;
  /** Whom the GPU is from, in the browser's words. */
  readonly adapter: string;
  /** Sets a program up, in place of the one before. */
  open(program: ProgramName): Promise<void>;
  /** Runs it `repetitions` times, to the end of its work. */
  sample(repetitions: number): Promise<Sample>;
}

function contestOf(library: Library, adapter: string): Contest {
  let run: Run | null = null;
  return {
    version: library.version,
    adapter,
    async open(program) {
      run = await library.programs[program]();
    },
    async sample(repetitions) {
      let value = Number.NaN;
      const start = performance.now();
      for (let i = 0; i < repetitions; i++) value = await (run as Run)();
      return { seconds: (performance.now() - start) / 1e3, value };
    },
  };
}

/** What this file looks at of the page. */
interface Host {
  readonly location: { readonly search: string };
  readonly navigator: { readonly gpu: GPU };
}

async function begin(): Promise<Contest> {
  const { location, navigator } = globalThis as unknown as Host;
  const name = new URLSearchParams(location.search).get("library") ?? "";
  const load = libraries[name];
  if (load === undefined) throw new Error(`there is no library "${name}"`);
  const { open } = await load();
  const library = await open();
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const { vendor = "", architecture = "" } = adapter?.info ?? {};
  return contestOf(library, `${vendor} ${architecture}`.trim());
}

Object.assign(globalThis, { contest: begin() });
