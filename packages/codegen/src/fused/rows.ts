/**
 * Reducing steps: rows are independent, and each is walked once per pass. Short rows, and rows that lie across memory, are
 * walked by one invocation each; long ones by a workgroup, whose invocations merge what they folded.
 */
import type { Fold, FusedKernel, FusedLaunch, MonoidSlot } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { convert } from "../elements/convert.js";
import { read, type ShaderOperand, unravel, write } from "../elements/operands.js";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Type } from "../ir/types.js";
import type { Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Plan, single } from "../plan.js";
import { placesOf, typesOf } from "../workgroup.js";
import { type Emitter, emitterOf, type Place } from "./emit.js";
import { dividesIntegers, isOperand, scalarsOf, slotsOf } from "./layout.js";
import { monoids } from "./monoids.js";
import { typeOf } from "./scalars.js";

const soloLanes = 64;
const longRow = 1024;
/** Rows that keep the cores of a processor busy, where one stands in for a GPU. */
const soloRows = 8;
/** Elements per turn there: loops cost it more than they do a GPU. Long steps fill a turn alone. */
const soloTurn = 4;
const longStep = 48;

export function lowerRows(launch: FusedLaunch, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf, inputs, outputs } = launch;
  const { step, widths } = kernel;
  const isOver = (d: number): boolean => ((step.over >> (axisOf[d] as number)) & 1) === 1;
  let [rows, length] = [1, 1];
  for (const [d, size] of sizes.entries()) {
    if (isOver(d)) length *= size;
    else rows *= size;
  }
  const last = sizes.length - 1;
  const team = teamFor(rows, length, last >= 0 && !isOver(last), traits);
  /** Whether a team's invocations first exchange what they folded in fours, without workgroup memory. */
  const fours = team > 1 && traits.subgroups === true;
  /** Neighbouring elements that an invocation takes in one turn. */
  const turn = traits.emulated === true && team === 1 && nodesOf(kernel) <= longStep ? soloTurn : 1;
  return single(
    dispatchOf({
      key: `rows ${kernelId(kernel)} ${axisOf.join("")} ${team}${fours ? "f" : ""} ${turn}`,
      name: kernel.name,
      lanes: team === 1 ? soloLanes : team,
      count: rows,
      each: team === 1 ? "invocation" : "group",
      uses: [...inputs.filter(isOperand).map(read), ...outputs.map(write)],
      numbers: { length, sizes },
      scalars: scalarsOf(launch),
      errors: dividesIntegers(step),
      write({ k, at: row, operands, numbers: { length, sizes }, scalars, errors }) {
        const dims = axisOf.map((_, d) => d);
        const elementDims = dims.filter(isOver);
        const rowDims = dims.filter((d) => !isOver(d));
        const along = (some: readonly number[], at: Value): Value[] =>
          unravel(
            k,
            at,
            some.map((d) => sizes[d] as Value),
          );
        const rowPosition = along(rowDims, row);
        const based = operands.map((operand) => ({
          operand,
          base: k.let(operand.index(rowPosition, rowDims), "base"),
        }));
        const indexIn = ({ operand, base }: RowOperand, position: readonly Value[]): Value =>
          operand.index(position, elementDims, base);
        const slots = slotsOf(launch, based, scalars);
        const placeAt = (position: readonly Value[]): Place => ({
          coordinate: (d) => (position[elementDims.indexOf(d)] ?? rowPosition[rowDims.indexOf(d)]) as Value,
          input: (slot) => {
            const input = slots[slot] as RowOperand | Value;
            return "operand" in input ? input.operand.load(indexIn(input, position)) : input;
          },
        });
        const emitter = emitterOf(k, launch, sizes, errors);
        const store = (stores: readonly Store[], position: readonly Value[]): void => {
          for (const { output, node } of stores) {
            const target = based[based.length - outputs.length + output] as RowOperand;
            const { operand } = target;
            operand.store(indexIn(target, position), emitter.value(node));
          }
        };

        emitter.compute(step.prologue, placeAt([]));
        for (const pass of step.passes) {
          const folds = pass.folds.map((fold) => foldingOf(k, emitter, fold, typeOf(fold.arg.kind, widths)));
          const take = (first: Value, count: number): void => {
            const values = folds.map((): Value[] => []);
            for (let i = 0; i < count; i++) {
              const position = along(elementDims, k.let(first.add(i), "position"));
              emitter.compute(pass.element, placeAt(position));
              for (const [f, fold] of folds.entries()) values[f]?.push(fold.argument());
              store(pass.stores, position);
            }
            for (const [f, fold] of folds.entries()) fold.take(values[f] as Value[], first);
          };
          if (pass.element.length + pass.stores.length + folds.length > 0) {
            const turns = turn === 1 ? length : k.let(length.sub(length.rem(turn)), "turns");
            k.for(team === 1 ? 0 : k.lane, turns, (position) => take(position, turn), team * turn);
            if (turn > 1) k.for(turns, length, (position) => take(position, 1));
          }
          for (const fold of folds) fold.finish(team, fours);
          emitter.compute(pass.row, placeAt([]));
          if (pass.rowStores.length === 0) continue;
          if (team === 1) store(pass.rowStores, []);
          else k.if(k.lane.eq(0), () => store(pass.rowStores, []));
        }
      },
    }),
  );
}

type Store = FusedKernel["step"]["passes"][number]["stores"][number];

interface RowOperand {
  readonly operand: ShaderOperand;
  /** Index of the row's first element. */
  readonly base: Value;
}

/** `across`: neighbouring rows lie side by side in memory, so that invocations with a row each read together. */
function teamFor(rows: number, length: number, across: boolean, traits: DeviceTraits): number {
  if (length <= 64 || (across && rows >= 256) || (traits.emulated === true && rows >= soloRows)) return 1;
  return Math.min(traits.maxLanes, length >= longRow ? 256 : 64);
}

/** Nodes that are computed for every element. */
const nodesOf = ({ step }: FusedKernel): number =>
  step.passes.reduce((sum, { element }) => sum + element.length, 0);

/** One fold of a pass within a shader. */
interface Folding {
  /** What is folded, of the element that was computed last. */
  argument(): Value;
  /** Folds the arguments of neighbours, of which the first stands at `position`. */
  take(xs: readonly Value[], position: Value): void;
  /** Merges what the team's invocations hold, and makes the results known to all of them. */
  finish(team: number, fours: boolean): void;
}

function foldingOf(k: ShaderBuilder, emitter: Emitter, fold: Fold, type: Type): Folding {
  const { start, take, merge, slots } = monoids[fold.monoid];
  const state = k.variables(start(type), "fold");

  /** Merges the states of every four neighbours, who then all hold the result. */
  function exchange(): void {
    for (const bits of [1, 2]) {
      const other = state.values.map((value) => {
        const sent = value.type === "bool" ? value.to("u32") : value;
        return convert(sent.shuffleXor(bits), value.type);
      });
      state.set(merge(state.values, other));
    }
  }

  /** Merges across the workgroup what every `each` invocations hold alike. */
  function gather(team: number, each: 1 | 4): void {
    const count = team / each;
    const places = placesOf(k, typesOf(state.values), count);
    if (each === 1) places.set(k.lane, state.values);
    else k.if(k.lane.and(3).eq(0), () => places.set(k.lane.shr(2), state.values));
    places.merge(k.lane, count, merge);
    k.barrier();
    state.set(places.at(0));
  }

  return {
    argument: () => k.let(convert(emitter.value(fold.arg), type)),
    take: (xs, position) => state.set(take(state.values, xs, position, k)),
    finish(team, fours) {
      if (fours) exchange();
      if (team > 1) gather(team, fours ? 4 : 1);
      for (const node of fold.results) {
        const slot = slots[node.p as MonoidSlot];
        if (slot === undefined) throw new Error(`${fold.monoid} has no slot ${String(node.p)}`);
        emitter.set(node, slot(state.values));
      }
    },
  };
}
