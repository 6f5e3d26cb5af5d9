/** Answers of the instructions with two and three arguments; float and integer lists were recorded from PyTorch 1.13. */
import { ArgumentError, type DType, type Expr } from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { pointwise } from "./support/fused.js";
import { backend, tensor, values } from "./support/tensors.js";

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
type Binary = (a: Expr, b: Expr) => Expr;
const call =
  (name: string): Binary =>
  (a, b) =>
    (a as unknown as Record<string, (b: Expr) => Expr>)[name]!(b);

function run(
  f: Binary,
  type: DType,
  a: readonly number[],
  b: readonly number[],
  out: DType = type,
): number[] {
  const shape = [a.length];
  return values(pointwise(f, [tensor(type, shape, a), tensor(type, shape, b)], shape, out)[0]!);
}

const a = [7.5, -7.5, 7.5, -7.5, 0, -0, 1, inf, nan, -8, 2, 1e30, -1, -2, 0.1];
const b = [2, 2, -2, -2, 3, 3, 0, 2, 1, 1 / 3, -1.5, 2, inf, 3, 0.01];
const floats: Record<string, readonly number[]> = {
  floorDiv: [3, -4, -4, 3, 0, -0, inf, nan, nan, -24, -2, 5.000000075237331e29, -1, -1, 10],
  truncDiv: [3, -3, -3, 3, 0, -0, inf, inf, nan, -24, -1, 5.000000075237331e29, -0, -0, 10],
  fmod: [
    1.5,
    -1.5,
    1.5,
    -1.5,
    0,
    -0,
    nan,
    nan,
    nan,
    -0.3333331048488617,
    0.5,
    0,
    -1,
    -2,
    3.725290298461914e-9,
  ],
  remainder: [
    1.5,
    0.5,
    -0.5,
    -1.5,
    0,
    -0,
    nan,
    nan,
    nan,
    2.384185791015625e-7,
    -1,
    0,
    inf,
    1,
    3.725290298461914e-9,
  ],
  pow: [
    56.25,
    56.25,
    0.017777778208255768,
    0.017777778208255768,
    0,
    -0,
    1,
    inf,
    nan,
    nan,
    0.3535533845424652,
    inf,
    1,
    -8,
    0.9772372245788574,
  ],
  max: [
    7.5,
    2,
    7.5,
    -2,
    3,
    3,
    1,
    inf,
    nan,
    0.3333333432674408,
    2,
    1.0000000150474662e30,
    inf,
    3,
    0.10000000149011612,
  ],
  min: [2, -7.5, -2, -7.5, 0, -0, 0, 2, nan, -8, -1.5, 2, -1, -2, 0.009999999776482582],
  atan2: [
    1.3101938962936401,
    -1.3101938962936401,
    1.8313987255096436,
    -1.8313987255096436,
    0,
    -0,
    1.5707963705062866,
    1.5707963705062866,
    nan,
    -1.5291537046432495,
    2.2142975330352783,
    1.5707963705062866,
    -0,
    -0.588002622127533,
    1.4711276292800903,
  ],
  copysign: [
    7.5,
    7.5,
    -7.5,
    -7.5,
    0,
    0,
    1,
    inf,
    nan,
    8,
    -2,
    1.0000000150474662e30,
    1,
    2,
    0.10000000149011612,
  ],
  nextafter: [
    7.499999523162842,
    -7.499999523162842,
    7.499999523162842,
    -7.499999523162842,
    1.401298464324817e-45,
    1.401298464324817e-45,
    0.9999999403953552,
    3.4028234663852886e38,
    nan,
    -7.999999523162842,
    1.9999998807907104,
    9.999999394896025e29,
    -0.9999999403953552,
    -1.9999998807907104,
    0.09999999403953552,
  ],
  hypot: [
    7.762087345123291,
    7.762087345123291,
    7.762087345123291,
    7.762087345123291,
    3,
    3,
    1,
    inf,
    nan,
    8.006941795349121,
    2.5,
    1.0000000150474662e30,
    inf,
    3.605551242828369,
    0.1004987582564354,
  ],
  logaddexp: [
    7.504078388214111,
    2.000074863433838,
    7.500074863433838,
    -1.9959216117858887,
    3.0485873222351074,
    3.0485873222351074,
    1.31326162815094,
    inf,
    nan,
    0.3335736393928528,
    2.029750347137451,
    1.0000000150474662e30,
    inf,
    3.0067152976989746,
    0.7491593360900879,
  ],
};

describe("float instructions", () => {
  it.each(Object.keys(floats))("%s answers as PyTorch does", (name) => {
    run(call(name), "float32", a, b).forEach((got, i) => {
      const want = floats[name]![i]!;
      if (want === 0 || !Number.isFinite(want)) expect(got, `${a[i]}, ${b[i]}`).toBe(want);
      else expect(Math.abs(got / want - 1), `${a[i]}, ${b[i]}`).toBeLessThan(3e-7);
    });
  });

  it("divides by one number as it divides by many", () => {
    const list = [
      ...Array.from({ length: 4000 }, (_, i) => Math.fround(Math.sin(i) * 10 ** ((i % 60) - 30))),
      0,
      -0,
      inf,
      -inf,
      nan,
    ];
    const x = tensor("float32", [list.length], list);
    for (const divisor of [3, 0.1, -7.7, 1e-3, 1e35, 1e-38, 0, -0, inf, nan].map(Math.fround)) {
      const got = values(pointwise((v, d) => v.div(d), [x, divisor], [list.length], "float32")[0]!);
      expect(got, String(divisor)).toEqual(list.map((v) => Math.fround(v / divisor)));
    }
  });

  it("rounds the product before it adds", () => {
    // With a fused multiply-add the difference would be 2^-46, the error of the rounded product.
    const x = 1 + 2 ** -23;
    const square = Math.fround(x * x);
    const f = (u: Expr, v: Expr): Expr => u.mul(u).sub(v);
    expect(run(f, "float32", new Array(40).fill(x), new Array(40).fill(square))).toEqual(
      new Array(40).fill(0),
    );
  });
});

const ia = [7, -7, 7, -7, 0, 5, -128, 100, 2147483647, 12];
const ib = [2, 2, -2, -2, 3, -1, 7, 3, 2, 18];
const integers: Record<string, readonly number[]> = {
  floorDiv: [3, -4, -4, 3, 0, -5, -19, 33, 1073741823, 0],
  truncDiv: [3, -3, -3, 3, 0, -5, -18, 33, 1073741823, 0],
  fmod: [1, -1, 1, -1, 0, 0, -2, 1, 1, 12],
  remainder: [1, 1, -1, -1, 0, 0, 5, 1, 1, 12],
  gcd: [1, 1, 1, 1, 3, 1, 1, 1, 1, 6],
  and: [2, 0, 6, -8, 0, 5, 0, 0, 2, 0],
  or: [7, -5, -1, -1, 3, -1, -121, 103, 2147483647, 30],
  xor: [5, -5, -7, 7, 3, -6, -121, 103, 2147483645, 30],
};

describe("integer instructions", () => {
  it.each(Object.keys(integers))("%s answers as PyTorch does, 32 and 64 bits wide", (name) => {
    expect(run(call(name), "int32", ia, ib)).toEqual(integers[name]);
    expect(run(call(name), "int64", ia, ib)).toEqual(integers[name]);
  });

  it("powers wrap", () => {
    expect(run(call("pow"), "int32", [2, -3, 7, 1, 0, -1, 3], [10, 3, 0, 5, 0, 7, 40])).toEqual([
      1024, -27, 1, 1, 1, -1, 689956897,
    ]);
    expect(run(call("pow"), "int32", [1, -1, -1, 2], [-3, -3, -2, -1])).toEqual([1, -1, 1, 0]);
  });

  it("shifts out of range give 0 to the left and the sign to the right", () => {
    expect(run(call("shl"), "int32", [1, 3, -1, 5, 1], [4, 31, 31, 0, 32])).toEqual([
      16, -2147483648, -2147483648, 5, 0,
    ]);
    expect(run(call("shr"), "int32", [256, -256, -1, 5, -7], [4, 4, 31, 1, 40])).toEqual([
      16, -16, -1, 2, -1,
    ]);
  });

  it("narrow integers wrap when they are stored", () => {
    expect(run(call("add"), "int8", [100, -100, 127], [100, -100, 1])).toEqual([-56, 56, -128]);
    expect(run(call("mul"), "uint8", [200, 16, 255], [2, 16, 255])).toEqual([144, 0, 1]);
    expect(run(call("sub"), "int16", [-32768, 5, 0], [1, 7, -32768])).toEqual([32767, -2, -32768]);
    expect(run(call("add"), "int32", [2147483647, -2147483648], [1, -1])).toEqual([-2147483648, 2147483647]);
  });

  it("dividing by zero is an error that names the operation", () => {
    expect(() => run(call("floorDiv"), "int32", [1, 2, 3], [1, 0, 2])).toThrow(ArgumentError);
    expect(() => run(call("remainder"), "int64", [1], [0])).toThrow(/test: division by zero/);
    expect(run(call("truncDiv"), "int32", [-2147483648], [-1])).toEqual([-2147483648]);
  });
});

describe("booleans, casts and choices", () => {
  it("compares with NaN as IEEE 754 does", () => {
    const x = [1, 2, nan, nan, -0];
    const y = [2, 1, 1, nan, 0];
    const table = {
      eq: [0, 0, 0, 0, 1],
      ne: [1, 1, 1, 1, 0],
      lt: [1, 0, 0, 0, 0],
      le: [1, 0, 0, 0, 1],
      gt: [0, 1, 0, 0, 0],
      ge: [0, 1, 0, 0, 1],
    };
    for (const [name, want] of Object.entries(table))
      expect(run(call(name), "float32", x, y, "bool"), name).toEqual(want);
  });

  it("and, or, xor and not of booleans", () => {
    const [x, y] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    expect(run(call("and"), "bool", x, y)).toEqual([0, 0, 0, 1]);
    expect(run(call("or"), "bool", x, y)).toEqual([0, 1, 1, 1]);
    expect(run(call("xor"), "bool", x, y)).toEqual([0, 1, 1, 0]);
    expect(values(pointwise((p) => p.not(), [tensor("bool", [4], x)], [4], "bool")[0]!)).toEqual([
      1, 1, 0, 0,
    ]);
  });

  it("casts truncate to integers, saturate, and make NaN true", () => {
    const x = tensor("float32", [6], [1.9, -1.9, nan, 3e9, -3e9, 0]);
    expect(values(pointwise((v) => v.toInt(), [x], [6], "int32")[0]!)).toEqual([
      1, -1, 0, 2147483647, -2147483648, 0,
    ]);
    expect(values(pointwise((v) => v.toBool(), [x], [6], "bool")[0]!)).toEqual([1, 1, 1, 1, 1, 0]);
    expect(
      values(pointwise((v) => v.toFloat().mul(0.5), [tensor("int32", [2], [3, -5])], [2], "float32")[0]!),
    ).toEqual([1.5, -2.5]);
  });

  it("select takes scalars and tiles in any place", () => {
    const x = tensor(
      "float32",
      [40],
      Array.from({ length: 40 }, (_, i) => i - 20),
    );
    const f = (v: Expr): Expr => v.lt(0).where(-1, v.gt(10).where(v, 7));
    const want = Array.from({ length: 40 }, (_, i) => (i < 20 ? -1 : i > 30 ? i - 20 : 7));
    expect(values(pointwise(f, [x], [40], "float32")[0]!)).toEqual(want);
  });

  it("stores float16 and bfloat16 rounded to nearest even", () => {
    const x = tensor(
      "float32",
      [12],
      [1.0009765625, 1.00048828125, 65504, 65520, 6.1e-5, 5.96e-8, 2.9e-8, 3e-8, -1.1, inf, nan, 0.1],
    );
    const through = (type: DType): number[] => {
      const [narrow] = pointwise((v) => v, [x], [12], type);
      return values(pointwise((v) => v, [narrow!], [12], "float32")[0]!);
    };
    expect(through("float16")).toEqual([
      1.0009765625,
      1,
      65504,
      inf,
      6.097555160522461e-5,
      2 ** -24,
      0,
      2 ** -24,
      -1.099609375,
      inf,
      nan,
      0.0999755859375,
    ]);
    expect(through("bfloat16")).toEqual([
      1,
      1,
      65536,
      65536,
      6.103515625e-5,
      2 ** -24,
      2.898741513490677e-8,
      3.003515303134918e-8,
      -1.1015625,
      inf,
      nan,
      0.10009765625,
    ]);
    expect(backend.stats().launches).toBeGreaterThan(0);
  });
});
