/**
 * Launches with more buffers than a dispatch can bind: the smallest inputs are copied into one scratch buffer first, from which they are read
 * side by side.
 */
import { bytesOf, type DeviceBuffer, DeviceError, type FusedLaunch, type FusedOperand } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { read, type ShaderOperand, scratchView, write } from "../elements/operands.js";
import type { Dispatch } from "../plan.js";
import { isOperand } from "./layout.js";

/** Copies start at multiples of the widest element. */
const grain = 8;

export interface Packed {
  readonly launch: FusedLaunch;
  /** The copies. */
  readonly before: readonly Dispatch[];
  readonly scratch: readonly number[];
}

/** The bytes of a buffer that an operand can touch, in whole grains. */
function extentOf(
  { strides, offset, dtype }: FusedOperand,
  sizes: readonly number[],
): readonly [number, number] {
  let [first, last] = [offset, offset];
  for (const [d, stride] of strides.entries()) {
    const reach = ((sizes[d] as number) - 1) * stride;
    if (reach < 0) first += reach;
    else last += reach;
  }
  const width = bytesOf(dtype);
  return [Math.floor((first * width) / grain) * grain, Math.ceil(((last + 1) * width) / grain) * grain];
}

/** `launch` itself where its buffers fit. Throws DeviceError where even packed inputs leave too many. */
export function packInputs(launch: FusedLaunch, most: number): Packed {
  const written = new Set(launch.outputs.map(({ buffer }) => buffer));
  const readers = new Map<DeviceBuffer, FusedOperand[]>();
  for (const input of launch.inputs) {
    if (!isOperand(input) || written.has(input.buffer)) continue;
    readers.set(input.buffer, [...(readers.get(input.buffer) ?? []), input]);
  }
  if (written.size + readers.size <= most) return { launch, before: [], scratch: [] };
  if (written.size + 1 > most)
    throw new DeviceError(
      launch.kernel.name,
      `expected at most ${most - 1} outputs, which is what the device can bind at once, got ${written.size}`,
    );

  const sources = [...readers].map(([buffer, operands]) => {
    const extents = operands.map((operand) => extentOf(operand, launch.sizes));
    const from = Math.min(...extents.map(([first]) => first));
    return { buffer, from, bytes: Math.max(...extents.map(([, end]) => end)) - from };
  });
  sources.sort((a, b) => a.bytes - b.bytes);
  const chosen = sources.slice(0, written.size + readers.size - most + 1);
  const moved = new Map<DeviceBuffer, number>();
  const before: Dispatch[] = [];
  let total = 0;
  for (const { buffer, from, bytes } of chosen) {
    before.push(copyBytes(buffer, from, total, bytes));
    moved.set(buffer, total - from);
    total += bytes;
  }
  const shared = { scratch: 0, bytes: total };
  const inputs = launch.inputs.map((input) => {
    const by = isOperand(input) ? moved.get(input.buffer) : undefined;
    if (by === undefined || !isOperand(input)) return input;
    return { ...input, buffer: shared, offset: input.offset + by / bytesOf(input.dtype) };
  });
  return { launch: { ...launch, inputs }, before, scratch: [total] };
}

/** Copies bytes of a buffer into scratch buffer 0; positions and length are multiples of four. */
function copyBytes(buffer: DeviceBuffer, from: number, to: number, bytes: number): Dispatch {
  const words = scratchView(0, "int32");
  return dispatchOf({
    key: "copy",
    name: "copy",
    lanes: 256,
    count: bytes / 4,
    uses: [read({ ...words, buffer, offset: from / 4 }), write({ ...words, offset: to / 4 })],
    numbers: [],
    write({ at, operands }) {
      const [source, target] = operands as [ShaderOperand, ShaderOperand];
      target.words.store(target.offset.add(at), source.words.load(source.offset.add(at)));
    },
  });
}
