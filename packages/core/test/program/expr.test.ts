import { describe, expect, it } from "vitest";
import { ArgumentError, DTypeError } from "../../src/errors.js";
import {
  constant,
  definePointwise,
  defineRowwise,
  type Expr,
  hashOf,
  linear,
  printProgram,
  rand,
  select,
} from "../../src/program/index.js";
import type { Kind, Program } from "../../src/program/types.js";

/** The program of `f` for inputs of these kinds that all span one axis. */
const build = (kinds: readonly Kind[], f: (...x: Expr[]) => Expr): Program =>
  definePointwise("test", f).program(
    kinds.map((kind) => ({ axes: 1, kind })),
    1,
  );
const kindOf = (kinds: readonly Kind[], f: (...x: Expr[]) => Expr): Kind =>
  build(kinds, f).outputs[0]?.node.kind as Kind;
const text = (f: (...x: Expr[]) => Expr, kinds: readonly Kind[] = ["f"]): string =>
  printProgram(build(kinds, f)).split("\n").slice(1).join("\n");

describe("kinds", () => {
  it("meet upwards", () => {
    expect(kindOf(["b", "b"], (a, b) => a.add(b))).toBe("i");
    expect(kindOf(["b", "i"], (a, b) => a.mul(b))).toBe("i");
    expect(kindOf(["i", "f"], (a, b) => a.max(b))).toBe("f");
    expect(kindOf(["i", "i"], (a, b) => a.div(b))).toBe("f");
    expect(kindOf(["i"], (a) => a.exp())).toBe("f");
    expect(kindOf(["i"], (a) => a.floor())).toBe("i");
    expect(kindOf(["f", "i"], (a, b) => a.lt(b))).toBe("b");
    expect(kindOf(["b", "i", "f"], (c, a, b) => c.where(a, b))).toBe("f");
  });
  it("are adopted by integral numbers only", () => {
    expect(kindOf(["i"], (a) => a.add(2))).toBe("i");
    expect(kindOf(["i"], (a) => a.add(2.5))).toBe("f");
    expect(kindOf(["b"], (a) => a.mul(2))).toBe("i");
    expect(kindOf(["b", "i"], (c, a) => c.where(a, 0))).toBe("i");
    expect(kindOf(["b"], (c) => select(c, 1, 0))).toBe("f");
    expect(kindOf(["b"], (c) => select(c, true, false))).toBe("b");
    expect(kindOf(["i"], (a) => a.add(10n))).toBe("i");
  });
  it("are refused where they make no sense", () => {
    expect(() => build(["f", "f"], (a, b) => a.and(b))).toThrow(DTypeError);
    expect(() => build(["f"], (a) => a.shl(1))).toThrow(
      /shl: expected integer arguments, got floating-point ones/,
    );
  });
});

describe("building", () => {
  it("makes each expression once", () => {
    const program = build(["f"], (x) => x.mul(x).add(1).exp().add(x.mul(x).add(1).exp()));
    expect(printProgram(program).match(/ = mul\(/g)).toHaveLength(1);
    expect(printProgram(program).match(/ = exp\(/g)).toHaveLength(1);
  });
  it("folds constants and drops what keeps every bit", () => {
    expect(text((x) => x.mul(constant(2).sub(1)).sub(0).neg().neg().div(1))).toBe("  out{0} <- in0");
    expect(text((x) => x.pow(2))).toContain("mul(in0, in0)");
    expect(text((x) => x.pow(0.5))).toContain("sqrt(in0)");
    expect(text((x) => x.gt(0).not().not().where(x, x))).toBe("  out{0} <- in0");
    expect(text((x) => x.mul(Math.PI).mul(0).add(0))).toContain("add");
  });
  it("hashes structure, not names", () => {
    const f = (x: Expr): Expr => x.exp().add(1);
    const one = definePointwise("one", f).program([{ axes: 1, kind: "f" }], 1);
    const two = definePointwise("two", (x) => constant(1).add(x.exp())).program([{ axes: 1, kind: "f" }], 1);
    const other = definePointwise("one", (x) => x.exp().add(2)).program([{ axes: 1, kind: "f" }], 1);
    expect(hashOf(one)).toBe(hashOf(two));
    expect(hashOf(one)).not.toBe(hashOf(other));
    expect(hashOf(definePointwise("one", f).program([{ axes: 1, kind: "f" }], 3))).not.toBe(hashOf(one));
  });
  it("is done once per pattern of inputs", () => {
    const definition = definePointwise("once", (x, y) => x.add(y));
    const inputs = [
      { axes: 3, kind: "f" },
      { axes: 2, kind: "f" },
    ] as const;
    expect(definition.program(inputs, 3)).toBe(definition.program(inputs, 3));
    expect(definition.program(inputs, 3)).not.toBe(definition.program([inputs[0], inputs[0]], 3));
  });
  it("names outputs and gives them the axes they span", () => {
    const f = defineRowwise("named", (row, x) => ({ total: row.sum(x), shifted: x.sub(row.mean(x)) }));
    const { outputs } = f.program([{ axes: 3, kind: "f" }], 3, 2);
    expect(outputs.map(({ name, axes }) => [name, axes])).toEqual([
      ["total", 1],
      ["shifted", 3],
    ]);
  });
  it("reduces along axes the argument does not vary along without a sweep", () => {
    const f = defineRowwise("still", (row, x) => [row.sum(x), row.max(x), row.argmax(x), row.variance(x, 0)]);
    expect(printProgram(f.program([{ axes: 1, kind: "f" }], 3, 2))).not.toMatch(/ over /);
    expect(printProgram(f.program([{ axes: 0, kind: "f" }], 0, 0))).not.toMatch(/ over /);
  });
  it("refuses expressions of another definition and calls outside one", () => {
    let stolen: Expr | undefined;
    build(["f"], (x) => {
      stolen = x;
      return x;
    });
    expect(() => build(["f"], (x) => x.add(stolen as Expr))).toThrow(ArgumentError);
    expect(() => build(["f"], (x) => x.add(undefined as unknown as number))).toThrow(
      /expected an expression, number/,
    );
    expect(() => linear()).toThrow(/linear: expected a call inside/);
    expect(() => rand(1)).toThrow(ArgumentError);
  });
});
