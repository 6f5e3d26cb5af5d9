/** Tensors on two devices, devices that do not exist, and tensors that are gone. */
import { describe } from "vitest";
import * as fb from "../device.js";
import { ArgumentError, BackendUnavailableError, DeviceError, DisposedError, zeros } from "../device.js";
import { another, disposed, throws } from "./rows.js";

const x = zeros(2, 3);
const device = await another();
const far = (...shape: number[]) => zeros(shape, { device });
const two = /all tensors on one device, got cpu and reference:1/;

describe("DeviceError", () => {
  throws(DeviceError, [
    ["elementwise", () => x.add(far(2, 3)), "add", two],
    ["a fused function", () => fb.pointwise("swish", (a, b) => a.mul(b))(x, far(3)), "swish", two],
    ["matmul", () => x.matmul(far(3, 2)), "matmul", two],
    ["convolution", () => fb.conv2d(zeros(1, 1, 4, 4), far(1, 1, 3, 3)), "conv", two],
    ["gather", () => x.gather(0, far(1, 3).int()), "gather", two],
    ["cat", () => fb.cat([x, far(2, 3)]), "cat", two],
  ]);
});

describe("unknown devices", () => {
  throws(BackendUnavailableError, [
    [
      "creation",
      () => zeros(2, { device: "cuda" }),
      "zeros",
      /no backend named "cuda" \(registered are cpu, reference\); install/,
    ],
    [
      "the default",
      () => fb.setDefaultDevice("tpu"),
      "setDefaultDevice",
      /no backend named "tpu".*@flambeau\/tpu/,
    ],
  ]);
  throws(ArgumentError, [
    ["a name", () => zeros(2, { device: "GPU 1" }), "zeros", /such as "cpu" or "cuda:1", got "GPU 1"/],
    ["conversion", () => x.to("float8"), "to", /expected a dtype.*registered device.*got "float8"/],
  ]);
});

describe("DisposedError", () => {
  const gone = /expected a live tensor, got a disposed one \(shape \[2, 3\], float32\)/;
  throws(DisposedError, [
    ["elementwise, first", () => disposed(2, 3).add(1), "add", gone],
    ["elementwise, second", () => x.add(disposed(2, 3)), "add", gone],
    ["reduction", () => disposed(2, 3).sum(), "sum", gone],
    ["matmul", () => disposed(2, 3).matmul(zeros(3)), "matmul", gone],
    ["a view", () => disposed(2, 3).reshape(6), "view", gone],
    ["indexing", () => disposed(2, 3).at(0), "slice", gone],
    ["nonzero", () => disposed(2, 3).nonzero(), "nonzero", gone],
    ["a copy", () => disposed(2, 3).clone(), "copy", gone],
    ["a read", () => disposed(2, 3).arraySync(), "read", gone],
    ["in place", () => disposed(2, 3).add_(1), "add", gone],
  ]);
  throws(DisposedError, [
    [
      "what a scope freed",
      () => {
        let inside: fb.Tensor | null = null;
        fb.scope(() => {
          inside = x.add(1);
        });
        return (inside as unknown as fb.Tensor).exp();
      },
      "exp",
      gone,
    ],
  ]);
});
