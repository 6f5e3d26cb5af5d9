/** Dtypes an operator cannot take, and conversions that would lose values. Each message gives the dtypes it was given. */
import { describe } from "vitest";
import * as fb from "../device.js";
import { DTypeError, zeros } from "../device.js";
import { throws, untyped } from "./rows.js";

const x = zeros(2, 3);
const whole = zeros(2, 3, { dtype: "int32" });
const flags = zeros(2, 3, { dtype: "bool" });
const double = zeros(3, 2, { dtype: "float64" });

describe("DTypeError", () => {
  throws(DTypeError, [
    ["creation", () => zeros(2, { dtype: untyped("float8") }), "zeros", /one of bool.*float64\), got float8/],
    ["tensor, a fraction", () => fb.tensor([1.5], { dtype: "int32" }), "tensor", /1\.5 does not fit int32/],
    ["tensor, out of range", () => fb.tensor([300], { dtype: "uint8" }), "tensor", /300 does not fit uint8/],
    ["full", () => fb.full([2], 0.5, { dtype: "int32" }), "full", /0\.5 in an integer tensor/],
    ["add, alpha", () => whole.add(1, 1.5), "add", /integer for integer tensors, got 1\.5/],
    ["sub", () => flags.sub(flags), "sub", /numbers, got a bool tensor; use logicalXor/],
    ["bitwiseAnd", () => x.bitwiseAnd(x), "bitwiseAnd", /integers or booleans, got float32/],
    ["bitwiseNot", () => x.bitwiseNot(), "bitwiseNot", /expected integer arguments, got floating-point/],
    ["round", () => whole.round(1), "round", /float tensor, got int32/],
    ["isclose", () => x.isclose(whole), "isclose", /one dtype, got float32 and int32/],
    ["where", () => fb.where(x, 1, 2), "where", /bool tensor as the condition, got float32/],
    [
      "a fused function into",
      () => fb.pointwise("ex", (a) => a.exp()).into([whole], x),
      "ex",
      /float32 result.*int32 tensor/,
    ],
    ["in place", () => whole.add_(0.5), "add_", /float32 result.*int32 tensor/],
    ["mean", () => whole.mean(), "mean", /float.*got int32/],
    ["var", () => whole.var(), "var", /float tensor, got int32/],
    ["sum, dtype", () => x.sum({ dtype: untyped("f") }), "sum", /expected a dtype.*got f/],
    ["softmax", () => whole.softmax(0), "softmax", /float tensor, got int32/],
    ["quantile", () => whole.quantile(0.5), "quantile", /float32 or float64 tensor, got int32/],
    ["logcumsumexp", () => whole.logcumsumexp(0), "logcumsumexp", /float tensor, got int32/],
    ["matmul", () => x.matmul(double), "matmul", /one dtype, got float32 and float64/],
    [
      "conv2d",
      () => fb.conv2d(zeros(1, 1, 4, 4), zeros(1, 1, 3, 3, { dtype: "float64" })),
      "conv2d",
      /float32.*float64/,
    ],
    ["gather", () => x.gather(0, x), "gather", /index tensor of integers, got float32/],
    [
      "scatter",
      () => x.scatter(1, fb.arange(3).reshape(1, 3), double),
      "scatter",
      /dtype float32, got float64/,
    ],
    ["maskedFill", () => x.maskedFill(whole, 1), "maskedFill", /bool mask, got int32/],
    ["bincount", () => fb.bincount(zeros(3)), "bincount", /integers, got float32/],
    ["uniform_", () => whole.uniform_(), "uniform_", /float dtype, got int32/],
    ["finfo", () => fb.finfo(untyped("int32")), "finfo", /float dtype, got int32/],
    ["iinfo", () => fb.iinfo(untyped("float32")), "iinfo", /integer dtype, got float32/],
  ]);
});
