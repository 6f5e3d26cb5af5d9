/**
 * Fused launches with more buffers than a dispatch can bind: some of what is only read is copied into one buffer first, some of
 * what is only written is written into one and copied out afterwards.
 */
import {
  bytesOf,
  type DeviceBuffer,
  type DType,
  type FusedKernel,
  type FusedLaunch,
  type FusedOperand,
  kindOf,
  type Node,
} from "@flambeau/core";
import { kernelId } from "../kernelIds.js";
import type { Bound, DeviceTraits, Dispatch, Plan } from "../plan.js";
import { dividesIntegers, isOperand } from "./layout.js";
import { lowerPointwise } from "./pointwise.js";

/** Where moved elements of any dtype may start. */
const alignment = 16;

/** A scratch buffer whose number is known once the launch is lowered. */
class Gathering {
  bytes = 0;
  readonly dispatches: Dispatch[] = [];
  /** Stands for the memory in operands. */
  readonly buffer = { scratch: -1, bytes: 0 };

  constructor(
    private readonly sizes: readonly number[],
    private readonly traits: DeviceTraits,
  ) {}

  /** Room for the elements of an operand, each once, in row-major order; `copies` says whether they come in before or go out after. */
  move(operand: FusedOperand, copies: "in" | "out"): FusedOperand {
    const dims = this.sizes.map((_, d) => d).filter((d) => operand.strides[d] !== 0);
    const sizes = dims.map((d) => this.sizes[d] as number);
    const strides = this.sizes.map(() => 0);
    let count = 1;
    for (const d of dims.toReversed()) {
      strides[d] = count;
      count *= this.sizes[d] as number;
    }
    const width = bytesOf(operand.dtype);
    const moved = { ...operand, buffer: this.buffer, strides, offset: this.bytes / width };
    this.bytes += Math.ceil((count * width) / alignment) * alignment;

    const along = (view: FusedOperand): FusedOperand => ({
      ...view,
      strides: dims.map((d) => view.strides[d] as number),
    });
    const [from, to] = copies === "in" ? [operand, moved] : [moved, operand];
    const kernel = copyKernel(operand.dtype);
    const launch = { kernel, sizes, axisOf: sizes.map(() => 0), inputs: [along(from)], outputs: [along(to)] };
    this.dispatches.push(...lowerPointwise(launch, kernelId(kernel), this.traits).dispatches);
    return moved;
  }
}

const copyKernels = new Map<DType, FusedKernel>();

/** Elements as they are. */
function copyKernel(dtype: DType): FusedKernel {
  let kernel = copyKernels.get(dtype);
  if (kernel === undefined) {
    const kind = kindOf(dtype);
    const node: Node = { id: 0, op: "input", args: [], p: 0, axes: 1, over: 0, kind };
    const step = {
      axes: 1,
      over: 0,
      inputs: [{ axes: 1, kind, from: { program: 0 } }],
      outputs: [{ axes: 1, kind, program: 0 }],
      prologue: [],
      passes: [{ element: [node], folds: [], stores: [{ output: 0, node }], row: [], rowStores: [] }],
    };
    const widths = { f: "float32", i: dtype === "int64" ? "int64" : "int32" } as const;
    kernel = { kind: "fused", name: "move", step, inputs: [dtype], outputs: [dtype], widths };
    copyKernels.set(dtype, kernel);
  }
  return kernel;
}

/** Lowers a launch by `lower`, after making it bind no more buffers than the device takes. */
export function lowerCrowded(
  launch: FusedLaunch,
  traits: DeviceTraits,
  lower: (launch: FusedLaunch) => Plan,
): Plan {
  const { inputs, outputs, sizes, kernel } = launch;
  const read = new Set(inputs.filter(isOperand).map(({ buffer }) => buffer));
  const written = new Set(outputs.map(({ buffer }) => buffer));
  const count = new Set([...read, ...written]).size + (dividesIntegers(kernel.step) ? 1 : 0);
  let surplus = count - traits.maxBuffers;
  if (surplus <= 0) return lower(launch);

  /** Of the buffers of one sort as many as one buffer can stand for. */
  const choose = (buffers: Set<DeviceBuffer>, others: Set<DeviceBuffer>): Set<DeviceBuffer> => {
    const candidates = [...buffers].filter((buffer) => !others.has(buffer));
    const chosen = surplus > 0 ? candidates.slice(0, surplus + 1) : [];
    if (chosen.length < 2) return new Set();
    surplus -= chosen.length - 1;
    return new Set(chosen);
  };
  const [before, after] = [new Gathering(sizes, traits), new Gathering(sizes, traits)];
  const readTogether = choose(read, written);
  const writtenTogether = choose(written, read);
  const plan = lower({
    ...launch,
    inputs: inputs.map((input) =>
      isOperand(input) && readTogether.has(input.buffer) ? before.move(input, "in") : input,
    ),
    outputs: outputs.map((output) =>
      writtenTogether.has(output.buffer) ? after.move(output, "out") : output,
    ),
  });
  const first = plan.scratch.length;
  const located = (bound: Bound): Bound => {
    if (bound === before.buffer) return { scratch: first };
    return bound === after.buffer ? { scratch: first + 1 } : bound;
  };
  const dispatches = [...before.dispatches, ...plan.dispatches, ...after.dispatches];
  return {
    ...plan,
    dispatches: dispatches.map((dispatch) => ({ ...dispatch, buffers: dispatch.buffers.map(located) })),
    scratch: [...plan.scratch, before.bytes, after.bytes],
  };
}
