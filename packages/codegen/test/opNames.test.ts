import { expect, it } from "vitest";
import { opId, opName } from "../src/opNames.js";

it("numbers names once and finds them again", () => {
  const [first, second] = [opId("test:first"), opId("test:second")];
  expect(second).not.toBe(first);
  expect(opId("test:first")).toBe(first);
  expect([first, second].map(opName)).toEqual(["test:first", "test:second"]);
  expect(opName(2 ** 32 - 1)).toBeUndefined();
});
