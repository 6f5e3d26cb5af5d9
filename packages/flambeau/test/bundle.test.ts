/** What bundlers make of Flambeau for a page, and what Node loads of it. */
import { execFileSync } from "node:child_process";
import type { Rolldown } from "vite";
import { describe, expect, it } from "vitest";
import { bundle } from "../../../scripts/bundle.js";
import { root } from "../../../scripts/steps.js";

const modulesOf = (chunks: readonly Rolldown.OutputChunk[]): string[] =>
  chunks.flatMap(({ modules }) => Object.keys(modules));

/** Runs a program of one chunk, here, and gives its exports. */
async function load(source: string): Promise<Record<string, unknown>> {
  const [chunk, ...others] = await bundle(source);
  expect(others).toEqual([]);
  const code = Buffer.from((chunk as Rolldown.OutputChunk).code).toString("base64");
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as Record<string, unknown>;
}

describe("the bundle of a page", () => {
  it("holds nothing of Node, not even all of Flambeau's", async () => {
    const chunks = await bundle('import * as fb from "flambeau"; globalThis.fb = fb;');
    const modules = modulesOf(chunks);
    expect(modules.length).toBeGreaterThan(200);
    expect(
      modules.filter((id) => /backends\/cpu|data\/src\/worker\.ts|browser-external|node_modules/.test(id)),
    ).toEqual([]);
    expect(chunks.flatMap(({ imports }) => imports).filter((name) => name.startsWith("node:"))).toEqual([]);
  });

  it("leaves the device's code for the moment when it is opened", async () => {
    const [page, ...later] = await bundle('import { open } from "flambeau"; await open("webgpu");');
    const isDevice = (id: string): boolean => /packages\/codegen|webgpu\/src\/backend/.test(id);
    expect(modulesOf([page as Rolldown.OutputChunk]).filter(isDevice)).toEqual([]);
    expect(modulesOf(later).filter(isDevice).length).toBeGreaterThan(20);
  });

  it("holds the layers and optimizers that are used, and no others", async () => {
    const modules = modulesOf(
      await bundle(`
        import * as fb from "flambeau";
        const model = new fb.nn.Linear(2, 1);
        new fb.optim.SGD(model.parameters(), { lr: 0.1 }).step();`),
    ).join("\n");
    expect(modules).toContain("nn/src/modules/linear.ts");
    expect(modules).toContain("optim/src/optimizers/sgd.ts");
    expect(modules).not.toMatch(
      /nn\/src\/modules\/(recurrent|transformer)\/|optim\/src\/lbfgs|core\/src\/ops\/fft/,
    );
  });

  it("gives tensors their methods and their text where only the class is used", async () => {
    const { Tensor } = (await load('export { Tensor } from "@flambeau/core";')) as {
      Tensor: { prototype: object };
    };
    for (const name of ["add", "add_", "softmax", "at", "toString"])
      expect(Object.hasOwn(Tensor.prototype, name), name).toBe(true);
    expect(Object.hasOwn(Tensor.prototype, "backward")).toBe(false);
  });

  it("gives tensors gradients where a layer is used", async () => {
    const { Tensor } = (await load(
      'export { Tensor } from "@flambeau/core"; export { Linear } from "@flambeau/nn";',
    )) as { Tensor: { prototype: object } };
    for (const name of ["backward", "grad", "requiresGrad"])
      expect(Object.hasOwn(Tensor.prototype, name), name).toBe(true);
  });
});

it("in Node registers both devices and loads the code of neither before it is used", () => {
  const program = `
    import * as fb from "flambeau";
    const addons = () => process.report.getReport().sharedObjects.filter((path) => /\\.node$/.test(path)).length;
    const before = addons();
    fb.empty(1);
    console.log(JSON.stringify([fb.registeredBackends(), before, addons() - before]));`;
  const printed = execFileSync(
    process.execPath,
    [...process.execArgv, "--input-type=module", "--eval", program],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  expect(JSON.parse(printed)).toEqual([["cpu", "webgpu"], 0, 1]);
});
