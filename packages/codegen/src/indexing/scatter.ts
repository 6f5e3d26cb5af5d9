/**
 * Scatter. `set` takes two rounds where positions may meet: the last position to address an element wins, as if they ran in
 * order. The other reductions combine atomically, in any order; those on 64-bit integers that no atomic offers run in order, one by one.
 */
import { numelOf, type ScatterKernel, type ScatterLaunch } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { codecOf, place } from "../elements/codec.js";
import {
  ravel,
  read,
  type ShaderOperand,
  scratchView,
  type Use,
  unravel,
  type View,
  write,
} from "../elements/operands.js";
import { binary } from "../fused/scalars.js";
import type { ShaderBuilder, Words } from "../ir/builder.js";
import { literal, u32, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type Dispatch, noDispatch, type Plan, single } from "../plan.js";
import { addressed } from "./address.js";

const lanes = 256;
type Round = "atomic" | "ordered" | "claim" | "settle";

export function lowerScatter(launch: ScatterLaunch): Plan {
  const { kernel, src, out } = launch;
  const elements = numelOf(out.shape);
  if (numelOf(src.shape) === 0 || elements === 0) return noDispatch;
  if (kernel.reduce !== "set")
    return single(round(launch, kernel.dtype === "int64" && kernel.reduce !== "add" ? "ordered" : "atomic"));
  return {
    dispatches: [clear(claims, elements), round(launch, "claim"), round(launch, "settle")],
    scratch: [elements * 4],
  };
}

/** One more than the last position to address each element. */
const claims = scratchView(0, "int32");

/** Fills an int32 scratch buffer with 0. */
const clear = (view: View, count: number): Dispatch =>
  dispatchOf({
    key: "clear",
    name: "clear",
    lanes,
    count,
    uses: [write(view)],
    numbers: [],
    write: ({ at, operands: [all] }) => all?.words.store(at, u32(0)),
  });

/** Atomics need a buffer for them, whatever the dtype. */
const atomically = (view: View): Use => ({ view, as: "combine" });

function round(launch: ScatterLaunch, kind: Round): Dispatch {
  const { kernel, src, indices, out } = launch;
  const total = numelOf(src.shape);
  const ordered = kind === "ordered";
  const target = { atomic: atomically, ordered: write, claim: read, settle: write }[kind];
  const claiming = { atomic: [], ordered: [], claim: [atomically(claims)], settle: [read(claims)] }[kind];
  return dispatchOf({
    key: `scatter ${kind} ${kernelId(kernel)}`,
    name: kernel.op,
    lanes: ordered ? 1 : lanes,
    count: ordered ? 1 : total,
    uses: [target(out), read(src), ...indices.map(read), ...claiming],
    numbers: { total, space: src.shape, sizes: out.shape },
    errors: true,
    write({ k, at, operands, numbers: { total, space, sizes }, errors }) {
      const [to, from, ...rest] = operands as [ShaderOperand, ShaderOperand, ...ShaderOperand[]];
      const visit = (at: Value): void => {
        const position = unravel(k, at, space);
        const { at: address, valid } = addressed(k, kernel, position, rest, sizes, errors as Words);
        k.if(valid, () => {
          const load = (): Value => from.load(from.index(position));
          const index = k.let(to.index(address), "to");
          if (kind === "ordered") to.store(index, combined(kernel, to.load(index), load()));
          else if (kind === "atomic") combineAtomically(k, kernel, to, index, load());
          else {
            const claim = rest.at(-1) as ShaderOperand;
            const element = k.let(ravel(address, sizes), "element");
            const ticket = at.add(1);
            if (kind === "claim") claim.words.atomic("max", element, [ticket.to("u32")]);
            else k.if(claim.load(element).eq(ticket), () => to.store(index, load()));
          }
        });
      };
      if (ordered) k.for(0, total, visit);
      else visit(at);
    },
  });
}

/** What an element becomes; booleans add by or, multiply by and. */
function combined({ reduce, dtype }: ScatterKernel, before: Value, value: Value): Value {
  if (dtype !== "bool") return binary[reduce as "add" | "mul" | "max" | "min"](before, value);
  return reduce === "add" || reduce === "max" ? before.or(value) : before.and(value);
}

function combineAtomically(
  k: ShaderBuilder,
  kernel: ScatterKernel,
  out: ShaderOperand,
  index: Value,
  value: Value,
): void {
  const { words, dtype } = out;
  const { width, decode, encode } = codecOf(dtype);
  if (width === 64) {
    const [low, high] = [k.let(value.to("u32")), k.let(value.shr(32).to("u32"))];
    const before = words.atomic("add", index.mul(2), [low]);
    const carry = before.add(low).lt(low).select(u32(1), u32(0));
    words.atomic("add", index.mul(2).add(1), [high.add(carry)]);
    return;
  }
  if (dtype === "int32" && kernel.reduce === "add") {
    words.atomic("add", index, [value.to("u32")]);
    return;
  }
  const [word, shift] = place(width, index).map((value) => k.let(value)) as [Value, Value];
  const mask = k.let(u32(2 ** width - 1).shl(shift), "mask");
  const operand = k.let(value, "operand");
  const waiting = k.variable(literal("bool", true), "waiting");
  k.while(waiting.value, () => {
    const before = words.atomic("load", word, []);
    const element = decode(before.and(mask).shr(shift));
    const after = encode(combined(kernel, element, operand)).shl(shift);
    const done = words.atomic("compareExchange", word, [before, before.and(mask.not()).or(after)]);
    waiting.set(done.eq(0));
  });
}
