import { brokenPromises } from "@flambeau/testing";
import { expect, it } from "vitest";
import { openBackend } from "../src/backend.js";

it("the interface's promises are kept", async () => {
  expect(await brokenPromises(await openBackend(0))).toEqual([]);
});
