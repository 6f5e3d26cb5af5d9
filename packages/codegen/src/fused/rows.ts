/**
 * Reducing steps: rows are independent, and each is walked once per pass. Short rows, and rows that lie across memory, are
 * walked by one invocation each; long ones by a workgroup, whose invocations merge what they folded.
 */
import type { FusedKernel, FusedLaunch } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { read, write } from "../elements/operands.js";
import type { Value } from "../ir/value.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Plan, single } from "../plan.js";
import { foldingOf } from "./folding.js";
import { dividesIntegers, isOperand, scalarsOf } from "./layout.js";
import { along, commonLoad, type RowScope, rowAt } from "./row.js";
import { typeOf } from "./scalars.js";

/** Invocations of a workgroup whose invocations walk rows of their own. */
const soloLanes = 64;
const longRow = 1024;
/** Where a processor stands in for a GPU, workgroups are small, so that few rows, too, reach all its cores. */
const emulatedLanes = 8;
/** Rows that keep its cores busy without teams. */
const soloRows = 8;
/** Elements per turn there: loops cost it more than they do a GPU. Long steps fill a turn alone. */
const soloTurn = 4;
const longStep = 48;
/** Rows that an invocation takes side by side there, and from how many rows on: every load costs it a check of bounds. */
const soloAbreast = 4;
const manyRows = 256;

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
  const unrolled = traits.emulated === true && team === 1 && nodesOf(kernel) <= longStep;
  /** Neighbouring elements that an invocation takes in one turn. */
  const turn = unrolled ? soloTurn : 1;
  /** Of each input, whether all rows share it. */
  const shared = inputs.filter(isOperand).map(({ strides }) => strides.every((s, d) => s === 0 || isOver(d)));
  /** Rows that an invocation takes side by side, to load once what they share. */
  const abreast =
    unrolled && shared.includes(true) && rows >= manyRows && rows % soloAbreast === 0 ? soloAbreast : 1;
  const variant = `${team}${fours ? "f" : ""} ${turn} ${abreast > 1 ? shared.map(Number).join("") : ""}`;
  return single(
    dispatchOf({
      key: `rows ${kernelId(kernel)} ${axisOf.join("")} ${variant}`,
      name: kernel.name,
      lanes: team > 1 ? team : traits.emulated ? emulatedLanes : soloLanes,
      count: rows / abreast,
      each: team === 1 ? "invocation" : "group",
      uses: [...inputs.filter(isOperand).map(read), ...outputs.map(write)],
      numbers: { length, sizes },
      scalars: scalarsOf(launch),
      errors: dividesIntegers(step),
      write({ k, at, numbers: { length, sizes }, ...given }) {
        const dims = axisOf.map((_, d) => d);
        const elementDims = dims.filter(isOver);
        const common: RowScope["common"] = new Map(
          given.operands
            .filter((_, i) => abreast > 1 && shared[i])
            .map((operand) => [operand, commonLoad(k, operand, elementDims)]),
        );
        const rowDims = dims.filter((d) => !isOver(d));
        const scope: RowScope = { k, launch, sizes, rowDims, elementDims, common, ...given };
        const rows = Array.from({ length: abreast }, (_, r) =>
          rowAt(scope, abreast === 1 ? at : k.let(at.mul(abreast).add(r), "row")),
        );
        for (const row of rows) row.compute(step.prologue, []);
        for (const pass of step.passes) {
          const folding = rows.map((row) => ({
            row,
            folds: pass.folds.map((fold) => ({
              fold: foldingOf(k, row.emitter, fold, typeOf(fold.arg.kind, widths)),
              taken: [] as Value[],
            })),
          }));
          const take = (first: Value, count: number): void => {
            for (let i = 0; i < count; i++) {
              const position = along(scope, elementDims, k.let(first.add(i), "position"));
              for (const { row, folds } of folding) {
                row.compute(pass.element, position);
                for (const { fold, taken } of folds) taken.push(fold.argument());
                row.store(pass.stores, position);
              }
            }
            for (const { fold, taken } of folding.flatMap(({ folds }) => folds))
              fold.take(taken.splice(0), first);
          };
          if (pass.element.length + pass.stores.length + pass.folds.length > 0) {
            const turns = turn === 1 ? length : k.let(length.sub(length.rem(turn)), "turns");
            k.for(team === 1 ? 0 : k.lane, turns, (position) => take(position, turn), team * turn);
            if (turn > 1) k.for(turns, length, (position) => take(position, 1));
          }
          for (const { row, folds } of folding) {
            for (const { fold } of folds) fold.finish(team, fours);
            row.compute(pass.row, []);
            if (pass.rowStores.length === 0) continue;
            if (team === 1) row.store(pass.rowStores, []);
            else k.if(k.lane.eq(0), () => row.store(pass.rowStores, []));
          }
        }
      },
    }),
  );
}

/** `across`: neighbouring rows lie side by side in memory, so that invocations with a row each read together. */
function teamFor(rows: number, length: number, across: boolean, traits: DeviceTraits): number {
  if (length <= 64 || (across && rows >= 256) || (traits.emulated === true && rows >= soloRows)) return 1;
  return Math.min(traits.maxLanes, length >= longRow ? 256 : 64);
}

/** Nodes that are computed for every element. */
const nodesOf = ({ step }: FusedKernel): number =>
  step.passes.reduce((sum, { element }) => sum + element.length, 0);
