/**
 * Pooling: an invocation computes one output from its window. Backward, it computes one input's gradient from the windows that hold
 * it, or where windows are disjoint those of all inputs of one output.
 */
import { numelOf, type PoolKernel, type PoolLaunch } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { convert } from "../elements/convert.js";
import { type Elements, elementsOf, ravel, read, unravel, write } from "../elements/operands.js";
import { isNan } from "../functions/bits.js";

import type { ShaderBuilder } from "../ir/builder.js";
import { f32, i32, literal, type Value } from "../ir/value.js";
import { noDispatch, type Plan, single } from "../plan.js";
import { areDisjoint, fitOf, nested, type Owned, type Windows, windowsKey, windowsOf } from "./windows.js";

export function lowerPool({ kernel, x, y, indices }: PoolLaunch): Plan {
  const { op, direction, adaptive, countIncludePad, divisor } = kernel;
  const backward = direction === "backward";
  const [inSizes, outSizes] = [x.shape.slice(2), y.shape.slice(2)];
  /** Whether invocations stand for inputs; otherwise for outputs. */
  const byInput = backward && !(areDisjoint(kernel, inSizes.length) && numelOf(y.shape) > 0);
  const walked = byInput ? x : y;
  const count = numelOf(walked.shape);
  if (count === 0) return noDispatch;
  const [ofInput, ofOutput] = backward ? [write, read] : [read, write];
  const fits = inSizes.map((input, d) => fitOf(kernel, input, outSizes[d] as number, d));
  const compute = backward ? (byInput ? collect : spread) : op === "avg" ? average : maximum;
  return single(
    dispatchOf({
      key: `pool ${op} ${direction} ${adaptive} ${countIncludePad} ${divisor !== null} ${byInput} ${windowsKey(kernel, fits)}`,
      name: `${op}_pool`,
      lanes: 64,
      count,
      uses: [ofInput(x), ofOutput(y), ...(indices === null ? [] : [ofOutput(indices)])],
      numbers: { outer: walked.shape.slice(0, 2), input: inSizes, output: outSizes },
      scalars: [{ type: "f32", value: divisor ?? 1 }],
      write({ k, at, numbers: { outer, input, output }, scalars: [given], operands }) {
        const place = unravel(k, at, [...outer, ...(byInput ? input : output)]);
        const [x, y, indices] = operands.map((operand) =>
          elementsOf(operand, (at: Place) => operand.index([...place.slice(0, 2), ...at])),
        );
        const { type } = x as Plane;
        const windows = fits.map((fit, d) =>
          windowsOf(k, kernel, fit, d, input[d] as Value, output[d] as Value),
        );
        const countAt = (o: Place): Value =>
          windows.map((window, d) => window.countOf(o[d] as Value)).reduce((a, b) => a.mul(b));
        compute({
          k,
          op,
          windows,
          place: place.slice(2),
          x: x as Plane,
          y: y as Plane,
          indices,
          divisorAt: (o) => k.let(convert(divisor === null ? countAt(o) : (given as Value), type), "divisor"),
          flat: (i) => ravel(i, input),
        });
      },
    }),
  );
}

/** Spatial coordinates. */
type Place = readonly Value[];

/** An operand's elements of one image and channel. */
type Plane = Elements<Place>;

interface Pooling {
  readonly k: ShaderBuilder;
  readonly op: PoolKernel["op"];
  /** One for each spatial dimension. */
  readonly windows: readonly Windows[];
  /** Where the invocation stands, among inputs or outputs. */
  readonly place: Place;
  readonly x: Plane;
  readonly y: Plane;
  readonly indices: Plane | undefined;
  /** What the average of output `o` is divided by. */
  readonly divisorAt: (o: Place) => Value;
  /** Position of an input within its plane, which is what `indices` hold. */
  readonly flat: (i: Place) => Value;
}

const eachCell = ({ windows, place }: Pooling, visit: (cell: Place) => void): void =>
  nested(windows, (window, d, next) => window.eachInput(place[d] as Value, next), visit);

function average(pooling: Pooling): void {
  const { k, x, y, place, divisorAt } = pooling;
  const sum = k.variable(literal(x.type, 0), "sum");
  eachCell(pooling, (cell) => sum.set(sum.value.add(x.load(cell))));
  const count = divisorAt(place);
  const mean = sum.value.div(count);
  y.store(place, x.type === "f32" ? mean : count.eq(0).select(count, mean));
}

function maximum(pooling: Pooling): void {
  const { k, x, y, indices, place, flat } = pooling;
  const isFloat = x.type === "f32";
  const best = k.variable(isFloat ? f32(Number.NEGATIVE_INFINITY) : literal(x.type, 0), "best");
  const found = k.variable(i32(-1), "found");
  eachCell(pooling, (cell) => {
    const value = k.let(x.load(cell), "value");
    const beyond = value.gt(best.value);
    const exceeds = isFloat ? beyond.or(isNan(value).and(isNan(best.value).not())) : beyond;
    k.if(found.value.lt(0).or(exceeds), () => {
      best.set(value);
      found.set(flat(cell));
    });
  });
  y.store(place, best.value);
  indices?.store(place, found.value);
}

/** The gradient of an input, from the outputs that read it. */
function collect({ k, op, windows, x, y, indices, place, divisorAt, flat }: Pooling): void {
  const sum = k.variable(literal(x.type, 0), "sum");
  const mine = k.let(flat(place), "mine");
  nested(
    windows,
    (window, d, visit: (o: Value) => void) => window.eachOutput(place[d] as Value, visit),
    (o) => {
      const add = (gradient: Value): void => sum.set(sum.value.add(gradient));
      if (op === "avg") add(y.load(o).div(divisorAt(o)));
      else k.if(convert((indices as Plane).load(o), "i32").eq(mine), () => add(y.load(o)));
    },
  );
  x.store(place, sum.value);
}

/** The gradients of all inputs of an output, where they are no other's. */
function spread({ k, op, windows, x, y, indices, place, divisorAt, flat }: Pooling): void {
  const gradient = k.let(y.load(place), "gradient");
  const share = op === "avg" ? k.let(gradient.div(divisorAt(place))) : gradient;
  const chosen = indices && k.let(convert(indices.load(place), "i32"), "chosen");
  nested(
    windows,
    (window, d, visit: (owned: Owned) => void) => window.eachOwned(place[d] as Value, visit),
    (owned) => {
      const cell = owned.map(({ i }) => i);
      const within = chosen
        ? [flat(cell).eq(chosen)]
        : owned.flatMap(({ within }) => (within === null ? [] : [within]));
      const zero = literal(x.type, 0);
      x.store(cell, within.length === 0 ? share : within.reduce((a, b) => a.and(b)).select(share, zero));
    },
  );
}
