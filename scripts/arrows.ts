/**
 * Which packages each package may import in its sources, and so list in its dependencies. Arrows run one way:
 * examples → flambeau → data/optim/nn/formats → autograd → core, and backends → codegen → core.
 */
export const ARROWS: Record<string, readonly string[]> = {
  "@flambeau/core": [],
  "@flambeau/autograd": ["@flambeau/core"],
  "@flambeau/nn": ["@flambeau/autograd", "@flambeau/core"],
  "@flambeau/optim": ["@flambeau/autograd", "@flambeau/core"],
  "@flambeau/data": ["@flambeau/core"],
  "@flambeau/formats": ["@flambeau/core"],
  "@flambeau/testing": ["@flambeau/autograd", "@flambeau/core"],
  "@flambeau/codegen": ["@flambeau/core"],
  "@flambeau/cpu": ["@flambeau/core"],
  "@flambeau/webgpu": ["@flambeau/codegen", "@flambeau/core"],
  flambeau: [
    "@flambeau/autograd",
    "@flambeau/core",
    "@flambeau/cpu",
    "@flambeau/data",
    "@flambeau/formats",
    "@flambeau/nn",
    "@flambeau/optim",
    "@flambeau/webgpu",
  ],
  "@flambeau/example-browser-mnist": ["@flambeau/example-mnist", "flambeau"],
  "@flambeau/example-debugging": ["flambeau"],
  "@flambeau/example-mnist": ["flambeau"],
};

/**
 * Command-line programs that load whatever is installed, with `await import(…)`, and therefore depend on nothing:
 * folder of sources by package. Tests and benchmarks are free as well: they may import any package of the workspace.
 */
export const DYNAMIC: Record<string, string> = {
  "@flambeau/testing": "src/cli/",
};
