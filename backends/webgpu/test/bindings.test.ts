import { expect, it } from "vitest";
import { BindGroups } from "../src/bindings.js";
import { Block } from "../src/memory.js";
import { Pipelines } from "../src/pipelines.js";
import { usage } from "../src/usage.js";
import { affine, affineInPlace, openDevice } from "./support/device.js";

const { device } = await openDevice();
const unused = { bytes: 4 };
const pipelines = new Pipelines(device, null);
const two = pipelines.get(affine(unused, unused, 1, 1, 1));
const one = pipelines.get(affineInPlace(unused, 1, 1, 1));
const params = device.createBuffer({ size: 1024, usage: usage.upload });
const block = (id: number): Block =>
  new Block(id, device.createBuffer({ size: 256, usage: usage.storage }), 256);

it("are made once per layout and blocks, in their order", () => {
  const groups = new BindGroups(device, params);
  const [a, b] = [block(1), block(2)];
  const first = groups.get(two.layout, [a, b]);
  expect(groups.get(two.layout, [a, b])).toBe(first);
  expect(groups.get(two.layout, [b, a])).not.toBe(first);
  expect(groups.get(one.layout, [a])).not.toBe(first);
  expect(groups.size).toBe(3);
});

it("are shared by shaders that bind alike", () => {
  const another = pipelines.get({ ...affineInPlace(unused, 1, 1, 1), key: "test:another" });
  expect(another).not.toBe(one);
  expect(another.layout).toBe(one.layout);
});

it("go with the blocks they bind", () => {
  const groups = new BindGroups(device, params);
  const [a, b, c] = [block(1), block(2), block(3)];
  groups.get(two.layout, [a, b]);
  const kept = groups.get(two.layout, [b, c]);
  a.destroy();
  groups.sweep();
  expect(groups.size).toBe(1);
  expect(groups.get(two.layout, [b, c])).toBe(kept);
});

it("are bounded in number, and those in use stay", () => {
  const groups = new BindGroups(device, params);
  const blocks = Array.from({ length: 150 }, (_, i) => block(i + 1));
  const [often, ...others] = blocks as [Block, ...Block[]];
  const used = groups.get(one.layout, [often]);
  for (const a of others) for (const b of others) if (a !== b) check(a, b);
  function check(a: Block, b: Block): void {
    groups.get(two.layout, [a, b]);
    if (groups.get(one.layout, [often]) !== used) throw new Error("a group in use was forgotten");
  }
  expect(groups.size).toBeLessThanOrEqual(8192);
});
