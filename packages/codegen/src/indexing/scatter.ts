/**
 * Scatter. `set` takes two rounds where positions may meet: the last position to address an element wins, as if they ran in
 * order. The other reductions combine atomically, in any order; those on 64-bit integers that no atomic offers run in order, one by one.
 */
import type { Operand, ScatterKernel, ScatterLaunch } from "@flambeau/core";
import { codecOf } from "../elements/codec.js";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  type Use,
  unravel,
  type View,
} from "../elements/operands.js";
import { binary } from "../fused/scalars.js";
import { ShaderBuilder, type Words } from "../ir/builder.js";
import { i32, literal, u32, type Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type Dispatch, noDispatch, type Plan } from "../plan.js";
import { addressed, numel, views } from "./address.js";

const lanes = 256;
type Round = "atomic" | "ordered" | "claim" | "settle";

export function lowerScatter(launch: ScatterLaunch): Plan {
  const { kernel, src, out } = launch;
  if (numel(src.shape) === 0 || numel(out.shape) === 0) return noDispatch;
  if (kernel.reduce !== "set") {
    const ordered = kernel.dtype === "int64" && kernel.reduce !== "add";
    return { dispatches: [round(launch, ordered ? "ordered" : "atomic", null)], scratch: [] };
  }
  const elements = numel(out.shape);
  const claims: View = { buffer: { scratch: 0 }, dtype: "int32", strides: [], offset: 0 };
  return {
    dispatches: [clear(claims, elements), round(launch, "claim", claims), round(launch, "settle", claims)],
    scratch: [elements * 4],
  };
}

/** Fills an int32 scratch buffer with 0. */
function clear(view: View, count: number): Dispatch {
  const { layout, buffers, params } = bindOperands([{ view, as: "write" }]);
  return {
    key: `clear ${layout.key}`,
    build: () => {
      const k = new ShaderBuilder("clear", lanes);
      const total = k.param("total");
      const { operands } = declareOperands(k, layout);
      k.if(k.invocation.lt(total), () => (operands[0] as ShaderOperand).storeWord(k.invocation, u32(0)));
      return k.finish();
    },
    buffers,
    params: [count, ...params],
    groups: Math.ceil(count / lanes),
  };
}

/** Atomics need a buffer for them, whatever the dtype. */
const atomically = (view: View | Operand): Use => ({ view, as: "combine" });

function round(launch: ScatterLaunch, kind: Round, claims: View | null): Dispatch {
  const { kernel, src, indices, out } = launch;
  const total = numel(src.shape);
  const target: Use =
    kind === "atomic" ? atomically(out) : { view: out, as: kind === "claim" ? "read" : "write" };
  const uses: Use[] = [target, { view: src, as: "read" }];
  if (claims !== null) uses.push(kind === "claim" ? atomically(claims) : { view: claims, as: "read" });
  uses.push(...views(indices));
  const { layout, buffers, params } = bindOperands(uses, true);
  return {
    key: `scatter ${kind} ${kernelId(kernel)} ${layout.key}`,
    build: () => build(kernel, kind, layout, src.shape.length, out.shape.length),
    buffers,
    params: [total, ...src.shape, ...out.shape, ...params],
    groups: kind === "ordered" ? 1 : Math.ceil(total / lanes),
  };
}

function build(kernel: ScatterKernel, kind: Round, layout: OperandLayout, srcRank: number, outRank: number) {
  const k = new ShaderBuilder(kernel.op, kind === "ordered" ? 1 : lanes);
  const total = k.param("total");
  const space = Array.from({ length: srcRank }, (_, d) => k.param(`size${d}`));
  const sizes = Array.from({ length: outRank }, (_, d) => k.param(`out_size${d}`));
  const { operands, errors } = declareOperands(k, layout);
  const [out, src, ...rest] = operands as [ShaderOperand, ShaderOperand, ...ShaderOperand[]];
  const claims = kind === "claim" || kind === "settle" ? (rest.shift() as ShaderOperand) : null;

  const visit = (at: Value): void => {
    const position = unravel(k, at, space);
    const { at: to, valid } = addressed(k, kernel, position, rest, sizes, errors as Words);
    k.if(valid, () => {
      const load = (): Value => src.load(src.index(position));
      const index = k.let(out.index(to), "to");
      if (claims !== null) {
        const element = k.let(rowMajor(to, sizes), "element");
        const ticket = at.add(1);
        if (kind === "claim") claims.memory.atomic("max", element, [ticket.to("u32")]);
        else k.if(claims.load(element).eq(ticket), () => out.store(index, load()));
      } else if (kind === "ordered") {
        out.store(index, combined(kernel, out.load(index), load()));
      } else combineAtomically(k, kernel, out, index, load());
    });
  };
  if (kind === "ordered") k.for(k.group.eq(0).select(i32(0), total), total, visit);
  else {
    const at = k.let(k.invocation, "at");
    k.if(at.lt(total), () => visit(at));
  }
  return k.finish();
}

const rowMajor = (at: readonly Value[], sizes: readonly Value[]): Value =>
  at.reduce((sum, coordinate, d) => sum.mul(sizes[d] as Value).add(coordinate), i32(0));

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
  const { memory, dtype } = out;
  const { width, decode, encode } = codecOf(dtype);
  if (width === 64) {
    const [low, high] = [k.let(value.to("u32")), k.let(value.shr(32).to("u32"))];
    const before = memory.atomic("add", index.mul(2), [low]);
    const carry = before.add(low).lt(low).select(u32(1), u32(0));
    memory.atomic("add", index.mul(2).add(1), [high.add(carry)]);
    return;
  }
  if (dtype === "int32" && kernel.reduce === "add") {
    memory.atomic("add", index, [value.to("u32")]);
    return;
  }
  const each = 32 / width;
  const word = k.let(each === 1 ? index : index.div(each), "word");
  const shift = k.let(each === 1 ? u32(0) : index.rem(each).mul(width).to("u32"), "shift");
  const mask = k.let(u32(width === 32 ? 0xffffffff : 2 ** width - 1).shl(shift), "mask");
  const operand = k.let(value, "operand");
  const waiting = k.variable(literal("bool", true), "waiting");
  k.while(waiting.value, () => {
    const before = memory.atomic("load", word, []);
    const element = decode(before.and(mask).shr(shift));
    const after = encode(combined(kernel, element, operand)).shl(shift);
    const done = memory.atomic("compareExchange", word, [before, before.and(mask.not()).or(after)]);
    waiting.set(done.eq(0));
  });
}
