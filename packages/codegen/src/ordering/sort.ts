/**
 * Sorting along lines. A workgroup sorts a block in workgroup memory (bitonic); longer lines are then merged, run by run: an
 * element's place in the merged run is its place in its own plus the number of the sibling's elements before it.
 */
import type { SortLaunch } from "@flambeau/core";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  type Use,
  type View,
} from "../elements/operands.js";
import { convert } from "../fused/scalars.js";
import { numel } from "../indexing/address.js";
import { ShaderBuilder } from "../ir/builder.js";
import type { Shader } from "../ir/types.js";
import { i32, literal, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Dispatch, noDispatch, type Plan } from "../plan.js";
import { keyOf, precedes } from "./keys.js";
import { lineOf } from "./lines.js";

const largestBlock = 1024;
const mergeLanes = 128;

interface Sorting {
  readonly launch: SortLaunch;
  readonly lines: number;
  readonly length: number;
  readonly others: readonly number[];
}

export function lowerSort(launch: SortLaunch, { maxLanes }: DeviceTraits): Plan {
  const { x, values } = launch;
  const length = x.shape[x.shape.length - 1] as number;
  const others = x.shape.slice(0, -1);
  const lines = numel(others);
  if (lines === 0 || length === 0 || numel(values.shape) === 0) return noDispatch;
  const sorting: Sorting = { launch, lines, length, others };
  const block = blockFor(length, maxLanes);
  if (length <= block) return { dispatches: [sortBlocks(sorting, block, null)], scratch: [] };
  const dispatches = [sortBlocks(sorting, block, 0)];
  let from = 0;
  for (let run = block; run < length; run *= 2) {
    const last = run * 2 >= length;
    dispatches.push(mergeRuns(sorting, run, from, last ? null : 1 - from));
    from = 1 - from;
  }
  const keyBytes = launch.kernel.dtype === "int64" ? 8 : 4;
  const bytes = lines * length;
  return { dispatches, scratch: [bytes * keyBytes, bytes * 4, bytes * keyBytes, bytes * 4] };
}

/** A lane takes two elements of a block. */
function blockFor(length: number, maxLanes: number): number {
  let block = 32;
  while (block < length && block < largestBlock && block <= maxLanes) block *= 2;
  return block;
}

/** Keys and places of all lines, one after another: pair number `pair` of scratch buffers. */
function runs({ launch, length, others }: Sorting, pair: number): readonly [View, View] {
  const strides = [...others.map((_, d) => length * numel(others.slice(d + 1))), 1];
  const view = (scratch: number, dtype: View["dtype"]): View => ({
    buffer: { scratch },
    dtype,
    strides,
    offset: 0,
  });
  return [view(pair * 2, launch.kernel.dtype === "int64" ? "int64" : "int32"), view(pair * 2 + 1, "int32")];
}

/** Where a round writes: runs in scratch memory, or values and indices. */
const targets = (sorting: Sorting, to: number | null): readonly Use[] =>
  (to === null ? [sorting.launch.values, sorting.launch.indices] : runs(sorting, to)).map((view) => ({
    view,
    as: "write",
  }));

function sortBlocks(sorting: Sorting, block: number, to: number | null): Dispatch {
  const { launch, lines, length, others } = sorting;
  const { layout, buffers, params } = bindOperands([{ view: launch.x, as: "read" }, ...targets(sorting, to)]);
  const blocks = Math.ceil(length / block);
  return {
    key: `sort ${kernelId(launch.kernel)} ${block} ${to === null ? "out" : "runs"} ${layout.key}`,
    build: () => buildBlocks(launch, layout, block, to === null),
    buffers,
    params: [lines * blocks, blocks, length, launch.kernel.k ?? length, ...others, ...params],
    groups: lines * blocks,
  };
}

function buildBlocks(
  { kernel, x: input }: SortLaunch,
  layout: OperandLayout,
  block: number,
  final: boolean,
): Shader {
  const lanes = block / 2;
  const k = new ShaderBuilder("sort", lanes);
  const groups = k.param("groups");
  const blocks = k.param("blocks");
  const length = k.param("length");
  const wanted = k.param("wanted");
  const axis = input.shape.length - 1;
  const others = Array.from({ length: axis }, (_, d) => k.param(`size${d}`));
  const { operands } = declareOperands(k, layout);
  const [x, first, second] = operands as [ShaderOperand, ShaderOperand, ShaderOperand];
  k.if(k.group.ge(groups), () => k.return());
  const along = lineOf(k, k.let(k.group.div(blocks)), others, axis);
  const from = along(x);
  const start = k.let(k.group.rem(blocks).mul(block), "start");
  const type = x.type === "i64" ? "i64" : "i32";
  const keys = k.shared(type, block, "keys");
  const places = k.shared("i32", block, "places");
  const last = literal(type, type === "i64" ? 2n ** 63n - 1n : 2 ** 31 - 1);

  for (let half = 0; half < 2; half++) {
    const slot = k.let(k.lane.add(half * lanes), "slot");
    const place = k.let(start.add(slot), "place");
    const key = k.variable(last, "key");
    k.if(place.lt(length), () => key.set(keyOf(x.load(from.at(place)), kernel.descending)));
    keys.set(slot, key.value);
    places.set(slot, place);
  }
  const size = k.variable(i32(2), "size");
  k.while(size.value.le(block), () => {
    const reach = k.variable(size.value.shr(1), "reach");
    k.while(reach.value.gt(0), () => {
      k.barrier();
      const low = k.let(k.lane.div(reach.value).mul(reach.value).mul(2).add(k.lane.rem(reach.value)), "low");
      const high = k.let(low.add(reach.value), "high");
      const [keyA, keyB] = [k.let(keys.at(low)), k.let(keys.at(high))];
      const [placeA, placeB] = [k.let(places.at(low)), k.let(places.at(high))];
      const rising = low.and(size.value).eq(0);
      k.if(precedes(keyB, placeB, keyA, placeA).eq(rising), () => {
        keys.set(low, keyB);
        keys.set(high, keyA);
        places.set(low, placeB);
        places.set(high, placeA);
      });
      reach.set(reach.value.shr(1));
    });
    size.set(size.value.mul(2));
  });
  k.barrier();
  const [to, toPlace] = [along(first), along(second)];
  for (let half = 0; half < 2; half++) {
    const slot = k.let(k.lane.add(half * lanes), "slot");
    const at = k.let(start.add(slot), "at");
    const place = k.let(places.at(slot), "place");
    if (final)
      k.if(slot.lt(wanted).and(slot.lt(length)), () => {
        first.store(to.at(slot), x.load(from.at(place)));
        second.store(toPlace.at(slot), convert(place, second.type));
      });
    else
      k.if(at.lt(length), () => {
        first.store(to.at(at), keys.at(slot));
        second.store(toPlace.at(at), place);
      });
  }
  return k.finish();
}

function mergeRuns(sorting: Sorting, run: number, from: number, to: number | null): Dispatch {
  const { launch, lines, length, others } = sorting;
  const sources = runs(sorting, from).map((view): Use => ({ view, as: "read" }));
  const input: Use[] = to === null ? [{ view: launch.x, as: "read" }] : [];
  const { layout, buffers, params } = bindOperands([...sources, ...targets(sorting, to), ...input]);
  return {
    key: `merge ${kernelId(launch.kernel)} ${to === null ? "out" : "runs"} ${layout.key}`,
    build: () => buildMerge(launch, layout, to === null),
    buffers,
    params: [lines * length, length, run, launch.kernel.k ?? length, ...others, ...params],
    groups: Math.ceil((lines * length) / mergeLanes),
  };
}

function buildMerge({ x: input }: SortLaunch, layout: OperandLayout, final: boolean): Shader {
  const k = new ShaderBuilder("merge", mergeLanes);
  const total = k.param("total");
  const length = k.param("length");
  const run = k.param("run");
  const wanted = k.param("wanted");
  const axis = input.shape.length - 1;
  const others = Array.from({ length: axis }, (_, d) => k.param(`size${d}`));
  const { operands } = declareOperands(k, layout);
  const [keys, places, first, second] = operands as [
    ShaderOperand,
    ShaderOperand,
    ShaderOperand,
    ShaderOperand,
  ];
  k.if(k.invocation.ge(total), () => k.return());
  const along = lineOf(k, k.let(k.invocation.div(length)), others, axis);
  const at = k.let(k.invocation.rem(length), "at");
  const [keyAt, placeAt] = [along(keys), along(places)];
  const load = (position: Value): readonly [Value, Value] => [
    k.let(keys.load(keyAt.at(position))),
    k.let(places.load(placeAt.at(position))),
  ];
  const [key, place] = load(at);
  const pair = k.let(at.div(run.mul(2)).mul(run).mul(2), "pair");
  const isLeft = k.let(at.sub(pair).lt(run), "is_left");
  const sibling = k.let(isLeft.select(pair.add(run), pair).min(length), "sibling");
  const end = k.let(sibling.add(run).min(length), "end");
  const low = k.variable(sibling, "low");
  const high = k.variable(end, "high");
  k.while(low.value.lt(high.value), () => {
    const middle = k.let(low.value.add(high.value).div(2), "middle");
    const [otherKey, otherPlace] = load(middle);
    k.if(
      precedes(otherKey, otherPlace, key, place),
      () => low.set(middle.add(1)),
      () => high.set(middle),
    );
  });
  const own = at.sub(isLeft.select(pair, pair.add(run)));
  const target = k.let(pair.add(own).add(low.value.sub(sibling)), "target");
  const [to, toPlace] = [along(first), along(second)];
  if (final) {
    const x = operands[4] as ShaderOperand;
    const from = along(x);
    k.if(target.lt(wanted), () => {
      first.store(to.at(target), x.load(from.at(place)));
      second.store(toPlace.at(target), convert(place, second.type));
    });
  } else {
    first.store(to.at(target), key);
    second.store(toPlace.at(target), place);
  }
  return k.finish();
}
