/** Fused launches as commands: the kernel is compiled once per layout of tiles, the launch names it by a handle. */
import { bytesOf, FlambeauError, type FusedKernel, type FusedLaunch } from "@flambeau/core";
import { opId } from "../errors.js";
import { native } from "../native.js";
import { type CommandQueue, opcodes } from "../queue.js";
import { encodeKernel, tileCapacity } from "./encode.js";
import { type Layout, type Plan, planLaunch } from "./plan.js";
import { translate } from "./translate.js";

interface Variant {
  readonly handle: number;
  readonly sizeInputs: readonly number[];
  readonly positions: readonly number[];
}

interface Compiled {
  readonly op: number;
  readonly capacity: number;
  readonly variants: Map<number, Variant>;
  /** Native handles, for when the kernel is collected. */
  readonly handles: number[];
}

const compiled = new WeakMap<FusedKernel, Compiled>();

/** Releases go through the queue, behind the launches that still name the kernel. */
const collected = new FinalizationRegistry<{ queue: CommandQueue; handles: readonly number[] }>(
  ({ queue, handles }) => {
    for (const handle of handles) {
      queue.begin(opcodes.fused);
      queue.push(handle);
      queue.push(-1);
      queue.end();
    }
  },
);

const wholeTile: Layout = {
  tileAxes: -1,
  severalRows: false,
  severalElements: true,
  overOuter: false,
  resident: false,
};

function open(queue: CommandQueue, kernel: FusedKernel): Compiled {
  const handles: number[] = [];
  const made: Compiled = {
    op: opId(kernel.name),
    capacity: tileCapacity(translate(kernel, wholeTile)),
    variants: new Map(),
    handles,
  };
  compiled.set(kernel, made);
  collected.register(kernel, { queue, handles });
  return made;
}

const keyOf = ({ tileAxes, severalRows, severalElements, overOuter, resident }: Layout): number =>
  tileAxes * 16 +
  (resident ? 8 : 0) +
  (severalRows ? 4 : 0) +
  (severalElements ? 2 : 0) +
  (overOuter ? 1 : 0);

function compile(kernel: FusedKernel, known: Compiled, layout: Layout): Variant {
  const code = translate(kernel, layout);
  const handle = native().fusedCompile(encodeKernel(code, layout, kernel.step.over !== 0, known.capacity));
  if (handle < 0) {
    throw new FlambeauError(kernel.name, "the native addon does not know this program's code; rebuild it");
  }
  known.handles.push(handle);
  const variant = { handle, sizeInputs: code.sizeInputs, positions: code.positions };
  known.variants.set(keyOf(layout), variant);
  return variant;
}

/** Writes the command of a fused launch. */
export function lowerFused(queue: CommandQueue, launch: FusedLaunch): void {
  const { kernel, sizes } = launch;
  const known = compiled.get(kernel) ?? open(queue, kernel);
  const plan = planLaunch(launch, known.capacity);
  const variant = known.variants.get(keyOf(plan.layout)) ?? compile(kernel, known, plan.layout);
  const { order, blocks } = plan;
  queue.begin(opcodes.fused);
  queue.push(variant.handle);
  queue.push(known.op);
  queue.push(order.length);
  queue.push(plan.rowDims);
  for (let i = 0; i < order.length; i++) queue.push(sizes[order[i]!]!);
  for (let i = 0; i < order.length; i++) queue.push(blocks[i]!);
  for (const input of launch.inputs) {
    if (typeof input === "object") pushOperand(queue, input, order);
    else if (typeof input === "number") pushNumber(queue, input);
    else pushBigint(queue, input);
  }
  for (const axes of variant.sizeInputs) pushNumber(queue, sizeAlong(launch, axes));
  for (const output of launch.outputs) pushOperand(queue, output, order);
  for (const axes of variant.positions) pushPositions(queue, launch, axes, plan);
  queue.end();
}

function pushOperand(
  queue: CommandQueue,
  operand: FusedLaunch["outputs"][number],
  order: readonly number[],
): void {
  queue.push(0);
  queue.buffer(operand.buffer);
  queue.push(operand.offset * bytesOf(operand.dtype));
  for (let i = 0; i < order.length; i++) queue.push(operand.strides[order[i]!]!);
}

function pushNumber(queue: CommandQueue, value: number): void {
  queue.push(1);
  queue.push(value);
}

function pushBigint(queue: CommandQueue, value: bigint): void {
  queue.push(2);
  queue.push(Number(value >> 32n));
  queue.push(Number(BigInt.asUintN(32, value)));
}

const along = (launch: FusedLaunch, d: number, axes: number): boolean =>
  ((axes >> launch.axisOf[d]!) & 1) === 1;

function sizeAlong(launch: FusedLaunch, axes: number): number {
  let count = 1;
  for (let d = 0; d < launch.sizes.length; d++) if (along(launch, d, axes)) count *= launch.sizes[d]!;
  return count;
}

/** Strides of a row-major count along `axes`, in the order the launch is walked. */
function pushPositions(queue: CommandQueue, launch: FusedLaunch, axes: number, { order }: Plan): void {
  const strides = new Array<number>(launch.sizes.length).fill(0);
  let step = 1;
  for (let d = launch.sizes.length - 1; d >= 0; d--) {
    if (!along(launch, d, axes)) continue;
    strides[d] = step;
    step *= launch.sizes[d]!;
  }
  for (const d of order) queue.push(strides[d]!);
}
