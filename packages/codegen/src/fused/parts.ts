/**
 * Few long rows that are walked once: each is cut into parts, so that all of a device works. A first dispatch folds the parts and leaves
 * their states in scratch memory, a second one merges them and finishes the rows.
 */
import { bytesOf, type Fold, type FusedLaunch, type Pass } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { convert } from "../elements/convert.js";
import { read, type ShaderOperand, scratchDType, type View, write } from "../elements/operands.js";
import type { Type } from "../ir/types.js";
import type { Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Dispatch, enoughGroups, type Plan } from "../plan.js";
import { typesOf } from "../workgroup.js";
import type { Folding } from "./folding.js";
import { dividesIntegers, isOperand, scalarsOf } from "./layout.js";
import { monoids } from "./monoids.js";
import { finishRow, type Walker, walk, walkersOf } from "./pass.js";
import { type RowScope, type RowShape, rowAt } from "./row.js";
import { typeOf } from "./scalars.js";
import { codeOf, firstOf, lanesOf, onceByTeam, rowsOfGroup, teamOf, teamWith, turnOf } from "./team.js";

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
export function lowerParts(launch: FusedLaunch, shape: RowShape, traits: DeviceTraits): Plan | null {
  const [pass, ...more] = launch.kernel.step.passes as [Pass, ...Pass[]];
  if (more.length > 0 || pass.stores.length > 0) return null;
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

/** Views of one scratch buffer, for each value of the folds' states: element `part` is what that part holds. */
function statesOf({ kernel: { step, widths } }: FusedLaunch, count: number): View[] {
  const buffer = { scratch: 0 };
  const typesIn = (fold: Fold): Type[] => typesOf(monoids[fold.monoid].start(typeOf(fold.arg.kind, widths)));
  return step.passes
    .flatMap(({ folds }) => folds.flatMap(typesIn))
    .map((type, i) => {
      const dtype = scratchDType(type);
      return { buffer, dtype, strides: [], offset: (i * count * placeBytes) / bytesOf(dtype) };
    });
}

/** A fold with the operands that hold what the parts found, a value of its state each. */
interface Held {
  readonly fold: Folding;
  readonly places: readonly ShaderOperand[];
}

/** Row number `at` before its first element. The operands of `states` are the last ones. */
function openRow(
  scope: RowScope,
  states: number,
  at: Value,
): { readonly walker: Walker; readonly held: readonly Held[] } {
  const { operands, launch } = scope;
  const { prologue, passes } = launch.kernel.step;
  const first = operands.length - states;
  const row = rowAt({ ...scope, operands: operands.slice(0, first) }, at);
  row.compute(prologue, []);
  const [walker] = walkersOf(scope, [row], passes[0] as Pass) as [Walker];
  const rest = operands.slice(first).values();
  const held = walker.folds.map((fold) => ({
    fold,
    places: fold.state.map(() => rest.next().value as ShaderOperand),
  }));
  return { walker, held };
}

/** Where a part's value is. */
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
    write({ k, at: part, numbers: { length, parts, span, sizes }, ...given }) {
      const scope: RowScope = { k, launch, shape, sizes, ...given };
      const { walker, held } = openRow(scope, states.length, k.let(part.div(parts), "row"));
      const start = k.let(part.rem(parts).mul(span), "start");
      const end = k.let(start.add(span).min(length), "end");
      const from = start.add(firstOf(k, team));
      walk(scope, step.passes[0] as Pass, [walker], { from, to: end, turn, team: team.size });
      for (const { fold } of held) fold.gather(team);
      onceByTeam(k, team, () => {
        for (const { fold, places } of held)
          for (const [i, place] of places.entries())
            place.store(placeOf(place, part), fold.state[i] as Value);
      });
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
    write({ k, at, numbers: { parts, sizes }, ...given }) {
      const { walker, held } = openRow({ k, launch, shape, sizes, ...given }, states.length, at);
      const merge = (part: Value): void => {
        const found = k.let(at.mul(parts).add(part), "found");
        for (const { fold, places } of held)
          fold.merge(
            places.map((place, i) =>
              k.let(convert(place.load(placeOf(place, found)), (fold.state[i] as Value).type)),
            ),
          );
      };
      k.for(firstOf(k, team), parts, merge, team.size);
      for (const { fold } of held) fold.gather(team);
      finishRow(k, team, step.passes[0] as Pass, walker);
    },
  });
}
