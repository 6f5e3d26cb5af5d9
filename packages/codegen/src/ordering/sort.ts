/**
 * SortLaunch along lines. A workgroup sorts a block in workgroup memory (bitonic); longer lines are then merged, run by run: an
 * element's place in the merged run is its place in its own plus the number of the sibling's elements before it.
 */
import { contiguousStrides, numelOf, type SortLaunch } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { read, scratchView, type View, write } from "../elements/operands.js";
import { highest } from "../fused/monoids.js";

import type { ShaderBuilder } from "../ir/builder.js";
import { i32, literal, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Dispatch, noDispatch, type Plan, single } from "../plan.js";
import { placesOf } from "../workgroup.js";
import { type Entry, keyOf, precedes } from "./keys.js";
import { type Line, lineOf } from "./lines.js";

const largestBlock = 1024;
const mergeLanes = 128;

const lengthOf = ({ x }: SortLaunch): number => x.shape.at(-1) as number;

export function lowerSort(launch: SortLaunch, { maxLanes }: DeviceTraits): Plan {
  const { kernel, x, values } = launch;
  if (numelOf(x.shape) === 0 || numelOf(values.shape) === 0) return noDispatch;
  const length = lengthOf(launch);
  const block = blockFor(length, maxLanes);
  if (length <= block) return single(sortBlocks(launch, block, null));
  const dispatches = [sortBlocks(launch, block, 0)];
  for (let run = block, from = 0; run < length; run *= 2, from = 1 - from)
    dispatches.push(mergeRuns(launch, run, from, run * 2 < length ? 1 - from : null));
  const places = numelOf(x.shape) * 4;
  const keys = kernel.dtype === "int64" ? places * 2 : places;
  return { dispatches, scratch: [keys, places, keys, places] };
}

/** A lane takes two elements of a block. */
function blockFor(length: number, maxLanes: number): number {
  let block = 32;
  while (block < length && block < largestBlock && block <= maxLanes) block *= 2;
  return block;
}

/** Keys and places of all lines, one after another: pair number `pair` of scratch buffers. */
function runs({ kernel, x }: SortLaunch, pair: number): readonly View[] {
  const strides = contiguousStrides(x.shape);
  const keys = kernel.dtype === "int64" ? "int64" : "int32";
  return [scratchView(pair * 2, keys, strides), scratchView(pair * 2 + 1, "int32", strides)];
}

interface Round {
  readonly name: string;
  readonly lanes: number;
  readonly each?: "invocation" | "group";
  /** How many invocations or workgroups a line takes. */
  readonly perLine: number;
  /** Length of the runs that are read, beside the input. */
  readonly run: number;
  readonly from: readonly View[];
  /** `at` is the place of the invocation or workgroup within its line. */
  readonly write: (scope: {
    readonly k: ShaderBuilder;
    readonly at: Value;
    readonly length: Value;
    readonly run: Value;
    readonly input: Line;
    readonly runs: readonly Line[];
    /** Writes an element to its position. */
    readonly put: (position: Value, entry: Entry) => void;
  }) => void;
}

/** A round over all lines. It writes runs in pair number `to` of scratch buffers, or values and indices. */
function roundOf(launch: SortLaunch, to: number | null, round: Round): Dispatch {
  const { kernel, x, values, indices } = launch;
  const { name, lanes, each, perLine, run } = round;
  const length = lengthOf(launch);
  const others = x.shape.slice(0, -1);
  const final = to === null;
  const targets = final ? [values, indices] : runs(launch, to);
  return dispatchOf({
    name,
    key: `${name} ${kernelId(kernel)} ${lanes} ${final}`,
    lanes,
    each,
    count: numelOf(others) * perLine,
    uses: [read(x), ...targets.map(write), ...round.from.map(read)],
    numbers: { perLine, length, run, end: final ? (kernel.k ?? length) : length, others },
    write({ k, at, operands, numbers: { perLine, end, ...numbers } }) {
      const lines = operands.map(lineOf(k, k.let(at.div(perLine)), numbers.others, others.length));
      const [input, first, second, ...runs] = lines as [Line, Line, Line, ...Line[]];
      round.write({
        k,
        at: k.let(at.rem(perLine)),
        ...numbers,
        input,
        runs,
        put: (position, [key, place]) =>
          k.if(position.lt(end), () => {
            first.store(position, final ? input.load(place) : key);
            second.store(position, place);
          }),
      });
    },
  });
}

function sortBlocks(launch: SortLaunch, block: number, to: number | null): Dispatch {
  const { dtype, descending } = launch.kernel;
  const lanes = block / 2;
  return roundOf(launch, to, {
    name: "sort",
    lanes,
    each: "group",
    perLine: Math.ceil(lengthOf(launch) / block),
    run: block,
    from: [],
    write({ k, at, length, input, put }) {
      const start = k.let(at.mul(block), "start");
      const type = dtype === "int64" ? "i64" : "i32";
      const slots = placesOf(k, [type, "i32"], block);
      const eachOwn = (visit: (slot: Value, place: Value) => void): void => {
        for (const first of [0, lanes]) {
          const slot = k.let(k.lane.add(first), "slot");
          visit(slot, k.let(start.add(slot), "place"));
        }
      };

      eachOwn((slot, place) => {
        const key = k.variable(literal(type, highest[type] as number), "key");
        k.if(place.lt(length), () => key.set(keyOf(input.load(place), descending)));
        slots.set(slot, [key.value, place]);
      });
      const size = k.variable(i32(2), "size");
      k.while(size.value.le(block), () => {
        const reach = k.variable(size.value.shr(1), "reach");
        k.while(reach.value.gt(0), () => {
          k.barrier();
          const apart = reach.value;
          const low = k.let(k.lane.div(apart).mul(apart).mul(2).add(k.lane.rem(apart)), "low");
          const high = k.let(low.add(apart), "high");
          const [a, b] = [slots.at(low), slots.at(high)] as [Entry, Entry];
          const rising = low.and(size.value).eq(0);
          k.if(precedes(b, a).eq(rising), () => {
            slots.set(low, b);
            slots.set(high, a);
          });
          reach.set(apart.shr(1));
        });
        size.set(size.value.mul(2));
      });
      k.barrier();
      eachOwn((slot, place) => put(place, slots.at(slot) as Entry));
    },
  });
}

const mergeRuns = (launch: SortLaunch, run: number, from: number, to: number | null): Dispatch =>
  roundOf(launch, to, {
    name: "merge",
    lanes: mergeLanes,
    perLine: lengthOf(launch),
    run,
    from: runs(launch, from),
    write({ k, at, length, run, runs, put }) {
      const load = (position: Value) => runs.map((line) => k.let(line.load(position))) as Entry;
      const own = load(at);
      const pair = k.let(at.div(run.mul(2)).mul(run).mul(2), "pair");
      const isLeft = k.let(at.sub(pair).lt(run), "is_left");
      const sibling = k.let(isLeft.select(pair.add(run), pair).min(length), "sibling");
      const low = k.variable(sibling, "low");
      const high = k.variable(k.let(sibling.add(run).min(length), "end"), "high");
      k.while(low.value.lt(high.value), () => {
        const middle = k.let(low.value.add(high.value).div(2), "middle");
        k.if(
          precedes(load(middle), own),
          () => low.set(middle.add(1)),
          () => high.set(middle),
        );
      });
      const inRun = at.sub(isLeft.select(pair, pair.add(run)));
      put(k.let(pair.add(inRun).add(low.value.sub(sibling)), "target"), own);
    },
  });
