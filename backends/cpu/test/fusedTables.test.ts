/** The two sides' tables of instructions are one. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { instructionNames } from "../src/fused/instructions.js";

const source = (name: string): string =>
  readFileSync(new URL(`../native/fused/${name}`, import.meta.url), "utf8");

describe("instructions", () => {
  it("have the opcodes that the native table gives them", () => {
    const plain = [...source("instructions.def").matchAll(/^FLAMBEAU_[A-Z]+\((\w+),/gm)].map(
      (match) => match[1],
    );
    const structural = [...source("kernel.h").matchAll(/^ {2}op_(\w+),\s+\/\//gm)].map((match) => match[1]);
    expect([...plain, ...structural]).toEqual([...instructionNames]);
  });
});
