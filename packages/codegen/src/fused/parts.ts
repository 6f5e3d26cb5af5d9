/**
 * Few long rows that are walked once: each is cut into parts, so that all of a device works. A first dispatch folds the parts and leaves
 * their states in scratch memory, a second one merges them and finishes the rows.
 */
import { bytesOf, type DType, type Fold, type FusedLaunch, type Pass } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { convert } from "../elements/convert.js";
import { read, type ShaderOperand, type View, write } from "../elements/operands.js";
import type { Type } from "../ir/types.js";
import type { Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Dispatch, enoughGroups, type Plan } from "../plan.js";
import { typesOf } from "../workgroup.js";
import type { Folding } from "./folding.js";
import { dividesIntegers, isOperand, scalarsOf } from "./layout.js";
import { monoids, type State } from "./monoids.js";
import { walk, walkersOf } from "./pass.js";
import { type RowScope, type RowShape, rowAt, rowShapeOf } from "./row.js";
import { typeOf } from "./scalars.js";
import {
  codeOf,
  finishRow,
  firstOf,
  lanesOf,
  onceByTeam,
  rowsOfGroup,
  teamOf,
  teamWith,
  turnOf,
} from "./team.js";

/** Elements that are worth a part. */
const leastPart = { gpu: 8192, emulated: 1024 } as const;
/** Up to so many states a single invocation merges. */
const fewParts = 8;
const mergingLanes = 64;
/** Bytes for each value of a state. */
const placeBytes = 8;

/**
 * The plan for rows in parts, or null where they are not worth cutting, or are walked more than once; its dispatches bind one buffer more
 * than the launch does.
 */
export function lowerParts(launch: FusedLaunch, traits: DeviceTraits): Plan | null {
  const [pass, ...more] = launch.kernel.step.passes as [Pass, ...Pass[]];
  if (more.length > 0 || pass.stores.length > 0) return null;
  const shape = rowShapeOf(launch);
  const parts = partsFor(launch, shape, traits);
  if (parts <= 1) return null;
  const count = shape.rows * parts;
  const states = statesOf(launch, count);
  return {
    dispatches: [
      foldParts(launch, shape, traits, parts, states),
      mergeParts(launch, shape, traits, parts, states),
    ],
    scratch: [states.length * count * placeBytes],
  };
}

/** Into how many parts to cut each row. */
function partsFor(launch: FusedLaunch, shape: RowShape, traits: DeviceTraits): number {
  const most = Math.floor(shape.length / leastPart[traits.emulated ? "emulated" : "gpu"]);
  if (most <= 1 || teamOf(launch, shape, traits).size === 1) return 1;
  return Math.min(most, Math.ceil((enoughGroups(traits) * rowsOfGroup(traits)) / shape.rows));
}

/** How memory holds values of a type, whole words each. */
const held: Partial<Record<Type, DType>> = { f32: "float32", i32: "int32", i64: "int64", bool: "int32" };

/** Views of one scratch buffer, for each value of the folds' states: element `part` is what that part holds. */
function statesOf({ kernel: { step, widths } }: FusedLaunch, count: number): View[] {
  const buffer = { scratch: 0 };
  const typesIn = (fold: Fold): Type[] => typesOf(monoids[fold.monoid].start(typeOf(fold.arg.kind, widths)));
  return step.passes
    .flatMap(({ folds }) => folds.flatMap(typesIn))
    .map((type, i) => {
      const dtype = held[type];
      if (dtype === undefined) throw new Error(`no memory holds a fold's ${type}`);
      return { buffer, dtype, strides: [], offset: (i * count * placeBytes) / bytesOf(dtype) };
    });
}

/** The operands of each fold's state, in order. */
function byFold(folds: readonly Folding[], states: readonly ShaderOperand[]): ShaderOperand[][] {
  const rest = states.values();
  return folds.map(({ state }) => state.map(() => rest.next().value as ShaderOperand));
}

const placeOf = (state: ShaderOperand, part: Value): Value => state.offset.add(part);

function foldParts(
  launch: FusedLaunch,
  shape: RowShape,
  traits: DeviceTraits,
  parts: number,
  states: readonly View[],
): Dispatch {
  const { kernel, sizes, axisOf, inputs } = launch;
  const { step } = kernel;
  const span = Math.ceil(shape.length / parts);
  const count = shape.rows * parts;
  const team = teamOf(launch, { ...shape, rows: count, length: span }, traits);
  const turn = turnOf(kernel, team, traits);
  return dispatchOf({
    key: `parts ${kernelId(kernel)} ${axisOf.join("")} ${codeOf(team, traits)} ${turn}`,
    name: `${kernel.name} parts`,
    lanes: lanesOf(team, traits),
    count,
    each: team.size === 1 ? "invocation" : "group",
    uses: [...inputs.filter(isOperand).map(read), ...states.map(write)],
    numbers: { length: shape.length, parts, span, sizes },
    scalars: scalarsOf(launch),
    errors: dividesIntegers(step),
    write({ k, at: part, operands, numbers: { length, parts, span, sizes }, scalars, errors }) {
      const given = operands.slice(0, operands.length - states.length);
      const scope: RowScope = { k, launch, shape, sizes, operands: given, scalars, errors };
      const row = rowAt(scope, k.let(part.div(parts), "row"));
      row.compute(step.prologue, []);
      const [pass] = step.passes as [Pass];
      const walkers = walkersOf(scope, [row], pass);
      const start = k.let(part.rem(parts).mul(span), "start");
      const end = k.let(start.add(span).min(length), "end");
      walk(scope, pass, walkers, { from: start.add(firstOf(k, team)), to: end, turn, team: team.size });
      for (const { folds } of walkers) {
        for (const fold of folds) fold.gather(team);
        const kept = byFold(folds, operands.slice(given.length));
        onceByTeam(k, team, () => {
          for (const [f, { state }] of folds.entries())
            for (const [i, value] of state.entries()) {
              const operand = kept[f]?.[i] as ShaderOperand;
              operand.store(placeOf(operand, part), value);
            }
        });
      }
    },
  });
}

function mergeParts(
  launch: FusedLaunch,
  shape: RowShape,
  traits: DeviceTraits,
  parts: number,
  states: readonly View[],
): Dispatch {
  const { kernel, sizes, axisOf, inputs, outputs } = launch;
  const { step } = kernel;
  const alone = traits.emulated === true || parts <= fewParts;
  const team = teamWith(alone ? 1 : Math.min(mergingLanes, traits.maxLanes), traits);
  return dispatchOf({
    key: `merge ${kernelId(kernel)} ${axisOf.join("")} ${codeOf(team, traits)}`,
    name: `${kernel.name} merged`,
    lanes: lanesOf(team, traits),
    count: shape.rows,
    each: team.size === 1 ? "invocation" : "group",
    uses: [...inputs.filter(isOperand).map(read), ...outputs.map(write), ...states.map(read)],
    numbers: { parts, sizes },
    scalars: scalarsOf(launch),
    errors: dividesIntegers(step),
    write({ k, at: number, operands, numbers: { parts, sizes }, scalars, errors }) {
      const given = operands.slice(0, operands.length - states.length);
      const scope: RowScope = { k, launch, shape, sizes, operands: given, scalars, errors };
      const row = rowAt(scope, number);
      row.compute(step.prologue, []);
      const [pass] = step.passes as [Pass];
      for (const { folds } of walkersOf(scope, [row], pass)) {
        const kept = byFold(folds, operands.slice(given.length));
        k.for(
          firstOf(k, team),
          parts,
          (part) => {
            const found = k.let(number.mul(parts).add(part), "found");
            for (const [f, fold] of folds.entries()) {
              const state: State = (kept[f] as ShaderOperand[]).map((operand, i) =>
                k.let(convert(operand.load(placeOf(operand, found)), (fold.state[i] as Value).type)),
              );
              fold.merge(state);
            }
          },
          team.size,
        );
        for (const fold of folds) fold.gather(team);
        finishRow(k, team, pass, row, folds);
      }
    },
  });
}
