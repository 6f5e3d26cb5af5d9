/**
 * Pooling: an invocation computes one output from its window. Backward, it computes one input's gradient from the windows that hold
 * it, or where windows are disjoint those of all inputs of one output.
 */
import type { PoolKernel, PoolLaunch } from "@flambeau/core";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  type Use,
  unravel,
} from "../elements/operands.js";
import { isNan } from "../functions/bits.js";
import { convert } from "../fused/scalars.js";
import { numel } from "../indexing/address.js";
import { ShaderBuilder } from "../ir/builder.js";
import type { Shader, Type } from "../ir/types.js";
import { f32, i32, literal, type Value } from "../ir/value.js";
import { noDispatch, type Plan, single } from "../plan.js";
import {
  areDisjoint,
  type Dimension,
  declareWindows,
  eachInput,
  eachOutput,
  eachOwned,
  type Fit,
  fitOf,
  inputCount,
  nested,
  paddedSize,
  windowParams,
  windowsKey,
} from "./windows.js";

const lanes = 64;

export function lowerPool(launch: PoolLaunch): Plan {
  const { kernel, x, y, indices } = launch;
  const backward = kernel.direction === "backward";
  const [inSizes, outSizes] = [x.shape.slice(2), y.shape.slice(2)];
  const walked = backward && !(areDisjoint(kernel, inSizes.length) && numel(y.shape) > 0) ? x : y;
  const total = numel(walked.shape);
  if (total === 0) return noDispatch;
  const uses: Use[] = [
    { view: x, as: backward ? "write" : "read" },
    { view: y, as: backward ? "read" : "write" },
  ];
  if (indices !== null) uses.push({ view: indices, as: backward ? "read" : "write" });
  const { layout, buffers, params } = bindOperands(uses);
  const fits = inSizes.map((input, d) => fitOf(kernel, input, outSizes[d] as number, d));
  const { op, direction, adaptive, countIncludePad, divisor } = kernel;
  return single({
    key: `pool ${op} ${direction} ${adaptive} ${countIncludePad} ${divisor !== null} ${walked === x} ${windowsKey(kernel, fits)} ${layout.key}`,
    build: () => build({ kernel, layout, fits, withIndices: indices !== null, byInput: walked === x }),
    buffers,
    params: [total, ...walked.shape.slice(0, 2), ...windowParams(inSizes, outSizes), divisor ?? 1, ...params],
    groups: Math.ceil(total / lanes),
  });
}

interface Variant {
  readonly kernel: PoolKernel;
  readonly layout: OperandLayout;
  readonly fits: readonly Fit[];
  readonly withIndices: boolean;
  /** Whether invocations stand for inputs; otherwise for outputs. */
  readonly byInput: boolean;
}

function build({ kernel, layout, fits, withIndices, byInput }: Variant): Shader {
  const backward = kernel.direction === "backward";
  const k = new ShaderBuilder(`${kernel.op}_pool`, lanes);
  const total = k.param("total");
  const outer = [k.param("batch"), k.param("channels")];
  const dimensions = declareWindows(k, kernel, fits);
  const divisor = k.param("divisor", "f32");
  const { operands } = declareOperands(k, layout);
  const [x, y] = operands as [ShaderOperand, ShaderOperand];
  const indices = withIndices ? (operands[2] as ShaderOperand) : null;
  const at = k.let(k.invocation, "at");
  k.if(at.ge(total), () => k.return());
  const sizes = dimensions.map(({ input, output }) => (byInput ? input : output));
  const [n, c, ...place] = unravel(k, at, [...outer, ...sizes]) as [Value, Value, ...Value[]];
  const flat = (i: readonly Value[]): Value =>
    i.reduce((sum, position, d) => sum.mul((dimensions[d] as { input: Value }).input).add(position), i32(0));

  /** What the average of output `o` is divided by. */
  const divisorAt = (o: readonly Value[], type: Type): Value => {
    if (kernel.divisor !== null) return convert(divisor, type);
    const counts = dimensions.map((dimension, d) =>
      kernel.countIncludePad || kernel.adaptive
        ? paddedSize(k, kernel, dimension, o[d] as Value)
        : inputCount(k, kernel, dimension, o[d] as Value),
    );
    return k.let(
      convert(
        counts.reduce((a, b) => a.mul(b), i32(1)),
        type,
      ),
      "divisor",
    );
  };

  if (backward && !byInput) {
    const gradient = k.let(y.load(y.index([n, c, ...place])), "gradient");
    const share = kernel.op === "avg" ? k.let(gradient.div(divisorAt(place, x.type))) : gradient;
    const chosen =
      indices === null
        ? null
        : k.let(convert(indices.load(indices.index([n, c, ...place])), "i32"), "chosen");
    const visit = (d: number, cell: readonly Value[], within: Value | null): void => {
      if (d < dimensions.length) {
        const both = (more: Value | null): Value | null =>
          within === null || more === null ? (within ?? more) : within.and(more);
        eachOwned(k, dimensions[d] as Dimension, place[d] as Value, (i, inside) =>
          visit(d + 1, [...cell, i], both(inside)),
        );
        return;
      }
      const receives = chosen === null ? within : flat(cell).eq(chosen);
      const value = receives === null ? share : receives.select(share, literal(x.type, 0));
      x.store(x.index([n, c, ...cell]), value);
    };
    visit(0, [], null);
    return k.finish();
  }
  if (backward) {
    const sum = k.variable(literal(x.type, 0), "sum");
    const mine = k.let(flat(place), "mine");
    nested(
      dimensions,
      (dimension, d, visit) => eachOutput(k, kernel, dimension, place[d] as Value, visit),
      (o) => {
        const gradient = (): Value => y.load(y.index([n, c, ...o]));
        if (kernel.op === "avg") sum.set(sum.value.add(gradient().div(divisorAt(o, x.type))));
        else {
          const chosen = (indices as ShaderOperand).load((indices as ShaderOperand).index([n, c, ...o]));
          k.if(convert(chosen, "i32").eq(mine), () => sum.set(sum.value.add(gradient())));
        }
      },
    );
    x.store(x.index([n, c, ...place]), sum.value);
    return k.finish();
  }

  const eachCell = (visit: (cell: readonly Value[]) => void): void =>
    nested(
      dimensions,
      (dimension, d, next) => eachInput(k, kernel, dimension, place[d] as Value, next),
      visit,
    );
  const target = y.index([n, c, ...place]);
  if (kernel.op === "avg") {
    const sum = k.variable(literal(x.type, 0), "sum");
    eachCell((cell) => sum.set(sum.value.add(x.load(x.index([n, c, ...cell])))));
    const count = divisorAt(place, x.type);
    y.store(
      target,
      x.type === "f32" ? sum.value.div(count) : count.eq(0).select(count, sum.value.div(count)),
    );
    return k.finish();
  }
  const best = k.variable(x.type === "f32" ? f32(Number.NEGATIVE_INFINITY) : literal(x.type, 0), "best");
  const found = k.variable(i32(-1), "found");
  eachCell((cell) => {
    const value = k.let(x.load(x.index([n, c, ...cell])), "value");
    const known = best.value;
    const beyond = value.gt(known);
    const exceeds = x.type === "f32" ? beyond.or(isNan(value).and(isNan(known).not())) : beyond;
    k.if(found.value.lt(0).or(exceeds), () => {
      best.set(value);
      found.set(flat(cell));
    });
  });
  y.store(target, best.value);
  if (indices !== null) indices.store(indices.index([n, c, ...place]), convert(found.value, indices.type));
  return k.finish();
}
