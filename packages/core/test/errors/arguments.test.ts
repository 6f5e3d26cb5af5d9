/** Arguments of the wrong type, out of their range, missing or unknown. Each message gives what was passed. */
import { describe } from "vitest";
import * as fb from "../device.js";
import { ArgumentError, zeros } from "../device.js";
import { throws, untyped } from "./rows.js";

const x = zeros(2, 3);
const whole = zeros(2, 3, { dtype: "int32" });
const image = zeros(1, 1, 4, 4);
const kernel = zeros(1, 1, 3, 3);

describe("ArgumentError", () => {
  throws(ArgumentError, [
    ["creation, a size", () => zeros(untyped("a")), "zeros", /expected sizes, got string a/],
    [
      "creation, an option",
      () => zeros(2, untyped({ dype: "int8" })),
      "zeros",
      /unknown option "dype"; expected one of dtype/,
    ],
    ["tensor", () => fb.tensor(untyped(["a"])), "tensor", /numbers, booleans or bigints, got string/],
    ["full", () => fb.full([2], untyped("x")), "full", /a number.*got string/],
    ["arange", () => fb.arange(0, 5, -1), "arange", /step -1 leads away.*start 0, end 5/],
    ["linspace", () => fb.linspace(0, 1, -2), "linspace", /steps, got -2/],
    ["elementwise", () => x.add(untyped("1")), "add", /tensor or a number as argument 2, got string/],
    ["elementwise, none", () => x.mul(untyped(undefined)), "mul", /argument 2, got undefined/],
    [
      "elementwise, too many",
      () => fb.exp(...(untyped([x, 1]) as [fb.Tensor])),
      "exp",
      /expected 1 arguments, got 2/,
    ],
    [
      "elementwise, an option",
      () => x.add(1, untyped({ beta: 2 })),
      "add",
      /unknown option "beta"; expected alpha/,
    ],
    ["div", () => x.div(2, untyped("ceil")), "div", /"trunc" or "floor", got ceil/],
    ["pow", () => whole.pow(-1), "pow", /negative power, got exponent -1 for int32/],
    ["clamp", () => x.clamp(), "clamp", /lower or an upper bound, got neither/],
    ["equal", () => x.equal(untyped(1)), "equal", /other to be a tensor, got number 1/],
    [
      "a fused function, arity",
      () => fb.pointwise("f", (a, b) => a.add(b))(...(untyped([x]) as [fb.Tensor, number])),
      "f",
      /expected 2 arguments, got 1/,
    ],
    [
      "a fused function, numbers",
      () => fb.pointwise("f", (a) => a.exp())(1),
      "f",
      /at least one tensor.*only numbers/,
    ],
    [
      "a fused function, result",
      () =>
        fb.pointwise(
          "f",
          untyped((_: unknown) => 3),
        )(...(untyped([x]) as [])),
      "f",
      /at least one output, got none/,
    ],
    [
      "a fused function, inside",
      () => fb.pointwise("f", (a) => a.add(untyped("q")))(x),
      "f",
      /expected an expression.*got q/,
    ],
    [
      "a fused function, option",
      () => fb.rowwise("f", (row, a) => row.sum(a))(x, untyped({ dims: 1 })),
      "f",
      /unknown option "dims"; expected one of dim, keepdim/,
    ],
    ["in place", () => x.copy_(untyped(3)), "copy_", /source to be a tensor, got number 3/],
    ["reduction, twice", () => x.sum([0, 0]), "sum", /given twice in \[0, 0\]/],
    [
      "reduction, a word",
      () => x.sum(untyped("rows")),
      "sum",
      /a dimension or an array of them, got string rows/,
    ],
    ["reduction, a fraction", () => x.amax(0.5), "amax", /integer dimension, got 0\.5/],
    [
      "reduction, an option",
      () => x.sum(untyped({ axis: 1 })),
      "sum",
      /unknown option "axis"; expected one of dim, keepdim/,
    ],
    [
      "reduction, said twice",
      () => x.sum(1, untyped({ dim: 1 })),
      "sum",
      /"dim" is given by position already/,
    ],
    ["quantile", () => x.quantile(1.5), "quantile", /q from 0 to 1, got 1\.5/],
    ["norm", () => x.norm(untyped("foo")), "norm", /number or "fro", got foo/],
    ["matmul", () => x.matmul(untyped(3)), "matmul", /other to be a tensor, got number 3/],
    ["einsum", () => fb.einsum("ij->iz", x), "einsum", /label z.*"ij->iz"/],
    ["kron", () => x.kron(untyped(3)), "kron", /other to be a tensor, got number 3/],
    [
      "conv2d, stride",
      () => fb.conv2d(image, kernel, { stride: 0 }),
      "conv2d",
      /stride as 2 integers of at least 1, got 0/,
    ],
    [
      "conv2d, padding",
      () => fb.conv2d(image, kernel, { padding: untyped("full") }),
      "conv2d",
      /"same" or "valid", got "full"/,
    ],
    ["conv2d, weight", () => fb.conv2d(image, untyped(3)), "conv2d", /weight to be a tensor, got number 3/],
    ["maxPool2d", () => fb.maxPool2d(image, 2, { padding: 2 }), "maxPool2d", /half the kernel size 2, got 2/],
    ["reshape", () => x.reshape(untyped("a")), "reshape", /integers, got "a"/],
    ["flatten", () => x.flatten(1, 0), "flatten", /startDim <= endDim, got 1 and 0/],
    ["cat", () => fb.cat(untyped([x, 3])), "cat", /tensors, got number 3 at position 1/],
    ["roll", () => x.roll([1, 2], 0), "roll", /one shift for each dimension, got \[1, 2\] and \[0\]/],
    ["pad", () => x.pad([1, 1], untyped("foo")), "pad", /mode "constant".*got "foo"/],
    ["at", () => x.at(untyped("a")), "at", /as index, got "a"/],
    ["slice", () => x.at(fb.slice(0, 2, -1)), "slice", /positive step, got -1/],
    ["gather", () => x.gather(0, untyped(3)), "gather", /index to be a tensor, got number 3/],
    [
      "scatterReduce",
      () => x.scatterReduce(0, whole, x, untyped("foo")),
      "scatterReduce",
      /sum, prod.*got "foo"/,
    ],
    ["to", () => x.to(untyped(3)), "to", /a dtype, a device or a tensor, got 3/],
    ["randint", () => fb.randint(3, 1, [2]), "randint", /low < high, got 3 and 1/],
    ["uniform_", () => x.uniform_(2, 1), "uniform_", /from <= to, got 2 and 1/],
    ["bernoulli_", () => x.bernoulli_(1.5), "bernoulli_", /p from 0 to 1, got 1\.5/],
    ["manualSeed", () => fb.manualSeed(1.5), "manualSeed", /integer from 0.*got 1\.5/],
    ["special", () => fb.polygamma(1.5, x), "polygamma", /integer of at least 0, got 1\.5/],
    [
      "printing",
      () => fb.setPrintOptions(untyped({ digits: 2 })),
      "setPrintOptions",
      /unknown option "digits"; expected precision/,
    ],
  ]);
});
