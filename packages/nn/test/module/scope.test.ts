/** Modules and the scopes that they are made in. */
import "../device.js";
import { rand, scope } from "@flambeau/core";
import { expect, it } from "vitest";
import { BatchNorm1d, LazyLinear, Linear, Sequential } from "../../src/index.js";

it("a scope that returns a module leaves its parameters and buffers alive", () => {
  const made = scope(() => ({ model: new Sequential(new Linear(3, 2), new BatchNorm1d(2)), other: 1 }));
  const copy = scope(() => made.model.clone());
  for (const { shape, isDisposed } of [...copy.parameters(), ...copy.buffers(), ...made.model.parameters()])
    expect([shape.length, isDisposed]).toEqual([shape.length, false]);
  expect(copy.forward(rand(4, 3))).toMatchObject({ shape: [4, 2] });
});

it("a lazy layer that takes its shape in a scope keeps its parameters", () => {
  const layer = new LazyLinear(2);
  scope(() => layer.forward(rand(4, 3)));
  expect(layer.forward(rand(4, 3)).shape).toEqual([4, 2]);
});
