/** Shapes that do not fit. Each message gives the shapes it was given. */
import { describe } from "vitest";
import * as fb from "../device.js";
import { ShapeError, zeros } from "../device.js";
import { throws } from "./rows.js";

const x = zeros(2, 3);
const image = (...shape: number[]) => zeros(1, ...shape);

describe("ShapeError", () => {
  throws(ShapeError, [
    ["creation, a negative size", () => zeros(-1), "zeros", /non-negative integers, got \[-1\]/],
    ["creation, a fraction", () => fb.rand(1.5), "rand", /non-negative integers, got \[1\.5\]/],
    ["tensor, ragged arrays", () => fb.tensor([[1, 2], [3]]), "tensor", /length 2 at depth 1, got length 1/],
    [
      "fromBytes, too few",
      () => fb.fromBytes(new Uint8Array(3), [1], "float32"),
      "fromBytes",
      /expected 4 bytes.*got 3/,
    ],
    ["elementwise", () => x.add(zeros(2, 2)), "add", /\[2, 3\] and \[2, 2\] do not broadcast/],
    ["where", () => fb.where(x.gt(0), zeros(4), x), "where", /\[2, 3\] and \[4\] and \[2, 3\]/],
    [
      "a fused function",
      () => fb.pointwise("swish", (a, b) => a.mul(b))(x, zeros(4)),
      "swish",
      /\[2, 3\] and \[4\]/,
    ],
    [
      "a fused function into",
      () => fb.pointwise("twice", (a) => a.add(a)).into([zeros(4)], x),
      "twice",
      /\[2, 3\] and \[4\]/,
    ],
    [
      "in place",
      () => zeros(3).add_(x),
      "add_",
      /value of shape \[2, 3\] does not fit the tensor of shape \[3\]/,
    ],
    [
      "in place, expanded",
      () => zeros(1).expand([3]).add_(1),
      "add_",
      /memory of their own.*\[3\] and strides \[0\]; clone/,
    ],
    ["copy_", () => x.copy_(zeros(5)), "copy_", /\[2, 3\] and \[5\]/],
    ["fill_", () => x.fill_(zeros(2)), "fill_", /\[2, 3\] and \[2\]/],
    ["matmul", () => x.matmul(x), "matmul", /\[2, 3\] by \[2, 3\]: 3 columns meet 2 rows/],
    ["mm", () => x.mm(zeros(3)), "mm", /rank 2, got shape \[3\]/],
    ["bmm", () => zeros(2, 2, 3).bmm(zeros(3, 3, 2)), "bmm", /batch sizes, got 2 and 3/],
    ["dot", () => zeros(3).dot(zeros(2)), "dot", /one length, got 3 and 2/],
    ["tensordot", () => x.tensordot(x, 1), "tensordot", /\[1\] of \[2, 3\] do not match \[0\] of \[2, 3\]/],
    ["einsum", () => fb.einsum("ij,jk->ik", x, x), "einsum", /label j has sizes 3 and 2/],
    ["cov", () => zeros(2, 2, 2).cov(), "cov", /matrix or a vector, got shape \[2, 2, 2\]/],
    ["conv2d, rank", () => fb.conv2d(x, zeros(1, 1, 3, 3)), "conv2d", /rank 3 or 4, got shape \[2, 3\]/],
    [
      "conv2d, channels",
      () => fb.conv2d(image(3, 8, 8), zeros(4, 2, 3, 3)),
      "conv2d",
      /expected 2 channels, got 3/,
    ],
    [
      "conv2d, kernel",
      () => fb.conv2d(image(1, 2, 2), zeros(1, 1, 3, 3)),
      "conv2d",
      /kernel \[3, 3\].*\[1, 1, 2, 2\]/,
    ],
    [
      "conv2d, bias",
      () => fb.conv2d(image(1, 4, 4), zeros(1, 1, 3, 3), zeros(3)),
      "conv2d",
      /bias of shape \[1\], got \[3\]/,
    ],
    [
      "convTranspose2d",
      () => fb.convTranspose2d(image(3, 4, 4), zeros(2, 1, 3, 3)),
      "convTranspose2d",
      /\[1, 3, 4, 4\].*\[2, 1, 3, 3\]/,
    ],
    ["maxPool2d", () => fb.maxPool2d(image(1, 2, 2), 3), "maxPool2d", /kernel \[3, 3\].*\[1, 1, 2, 2\]/],
    ["reshape", () => x.reshape(4), "reshape", /\[4\] does not hold the tensor's 6 elements/],
    ["reshape, -1", () => x.reshape(-1, 4), "reshape", /\[-1, 4\] for 6 elements/],
    ["view", () => x.t().view(6), "view", /\[3, 2\] and strides \[1, 3\].*\[6\]; use reshape/],
    ["expand", () => x.expand(4, 3), "expand", /\[2, 3\] to \[4, 3\]: size 2 of dimension 0/],
    ["permute", () => x.permute(0), "permute", /2 dimensions.*\[2, 3\], got \[0\]/],
    ["cat", () => fb.cat([x, zeros(2, 4)]), "cat", /except in dimension 0, got \[2, 3\], \[2, 4\]/],
    ["stack", () => fb.stack([x, zeros(3)]), "stack", /one shape, got \[2, 3\], \[3\]/],
    ["split", () => x.split([1, 2]), "split", /add up to 2.*got \[1, 2\]/],
    ["narrow", () => x.narrow(0, 1, 5), "narrow", /5 elements from 1.*dimension 0 of size 2/],
    ["pad", () => image(2, 2).pad([4, 4], "reflect"), "pad", /reflect padding of 4 and 4.*size 2/],
    ["tril", () => zeros(3).tril(), "tril", /matrix.*got shape \[3\]/],
    ["unfold", () => x.unfold(1, 5, 1), "unfold", /windows of 5.*size 3/],
    ["asStrided", () => x.asStrided([9, 9], [9, 1]), "asStrided", /reach element 80 of a storage of 6/],
    ["set", () => x.set(0, zeros(5)), "set", /\[5\] and \[3\]/],
    [
      "gather",
      () => x.gather(1, fb.arange(9).reshape(9, 1)),
      "gather",
      /\[9, 1\].*\[2, 3\] along dimension 1/,
    ],
    [
      "indexSelect",
      () => x.indexSelect(0, fb.arange(4).reshape(2, 2)),
      "indexSelect",
      /rank 0 or 1, got shape \[2, 2\]/,
    ],
    ["selectScatter", () => x.selectScatter(zeros(9), 0, 0), "selectScatter", /shape \[3\], got \[9\]/],
    ["searchsorted", () => fb.searchsorted(x, zeros(3, 3)), "searchsorted", /got \[2, 3\] and \[3, 3\]/],
    ["item", () => x.itemSync(), "itemSync", /one element, got shape \[2, 3\]/],
  ]);
});
