/** Dimensions and positions out of range. Each message gives the one it was given and what there is. */
import { describe } from "vitest";
import * as fb from "../device.js";
import { IndexError, zeros } from "../device.js";
import { throws } from "./rows.js";

const x = zeros(2, 3);
const position = (value: number) => fb.tensor([value], { dtype: "int32" });
const noDimension = (dim: number) =>
  new RegExp(`dimension ${dim} is out of range for a tensor of rank 2; expected -2 to 1`);

describe("IndexError", () => {
  throws(IndexError, [
    ["sum", () => x.sum(2), "sum", noDimension(2)],
    ["max", () => x.max(-3), "max", noDimension(-3)],
    ["max of nothing", () => zeros(0).max(), "max", /dimension 0 of size 0.*shape \[0\]/],
    ["argmax of nothing", () => zeros(2, 0).argmax(1), "argmax", /dimension 1 of size 0.*shape \[2, 0\]/],
    ["softmax", () => x.softmax(2), "softmax", noDimension(2)],
    ["cumsum", () => x.cumsum(3), "cumsum", noDimension(3)],
    ["median", () => x.median(4), "median", noDimension(4)],
    ["sort", () => x.sort(3), "sort", noDimension(3)],
    ["topk", () => x.topk(4), "topk", /k from 0 to 3.*got 4/],
    ["kthvalue", () => x.kthvalue(9), "kthvalue", /k from 1 to 3.*got 9/],
    [
      "a fused function",
      () => fb.rowwise("total", (row, a) => row.sum(a))(x, { dim: 4 }),
      "total",
      noDimension(4),
    ],
    ["transpose", () => x.transpose(0, 3), "transpose", noDimension(3)],
    ["cat", () => fb.cat([x, x], 2), "cat", noDimension(2)],
    ["flip", () => x.flip(3), "flip", noDimension(3)],
    ["select", () => x.select(0, 4), "select", /index 4.*dimension 0 of size 2/],
    ["narrow", () => x.narrow(0, 9, 1), "narrow", /start 9.*size 2; expected -2 to 2/],
    ["at", () => x.at(2), "at", /index 2.*dimension 0 of size 2/],
    ["at, below", () => x.at(0, -4), "at", /index -4.*dimension 1 of size 3/],
    ["at, too many", () => x.at(0, 0, 0), "at", /too many indices: 3.*\[2, 3\]/],
    ["at, a fraction", () => x.at(0.5), "at", /integer position, got 0\.5/],
    ["at, a mask", () => x.at(zeros(3, { dtype: "bool" })), "at", /mask of shape \[3\].*\[2\] of \[2, 3\]/],
    ["set", () => x.set(5, 1), "set", /index 5.*dimension 0 of size 2/],
    ["gather", () => x.gather(4, x.long()), "gather", noDimension(4)],
  ]);
});

describe("IndexError of values that only a kernel sees, at the read", () => {
  throws(IndexError, [
    ["at", () => x.at(position(5)).arraySync(), "at", /index 5 is out of range for dimension \d of size 2/],
    [
      "gather",
      () => x.gather(1, position(7).reshape(1, 1)).arraySync(),
      "gather",
      /index 7 is out of range for dimension \d of size 3/,
    ],
    [
      "indexSelect",
      () => x.indexSelect(0, position(-3)).arraySync(),
      "indexSelect",
      /index -3 is out of range for dimension \d of size 2/,
    ],
    [
      "take",
      () => x.take(position(9)).arraySync(),
      "take",
      /index 9 is out of range for dimension \d of size 6/,
    ],
  ]);
});
