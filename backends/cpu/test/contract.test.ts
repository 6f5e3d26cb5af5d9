import { brokenPromises } from "@flambeau/testing";
import { expect, it } from "vitest";
import { CpuBackend } from "../src/backend.js";

it("the interface's promises are kept", async () => {
  expect(await brokenPromises(new CpuBackend(0))).toEqual([]);
});
