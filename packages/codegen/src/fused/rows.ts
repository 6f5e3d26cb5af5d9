/**
 * Reducing steps: rows are independent, and each is walked once per pass. Short rows, and rows that lie across memory, are
 * walked by one invocation each; long ones by a workgroup, whose invocations merge what they folded.
 */
import type { FusedLaunch } from "@flambeau/core";
import { dispatchOf } from "../dispatch.js";
import { read, write } from "../elements/operands.js";
import { kernelId } from "../kernelIds.js";
import { type DeviceTraits, type Plan, single } from "../plan.js";
import { dividesIntegers, isOperand, scalarsOf } from "./layout.js";
import { finishRow, walk, walkersOf } from "./pass.js";
import { commonLoad, type RowScope, type RowShape, rowAt } from "./row.js";
import { codeOf, firstOf, lanesOf, teamOf, turnOf } from "./team.js";

/** Rows that an invocation takes side by side where every load costs a check of bounds, and from how many rows on. */
const soloAbreast = 4;
const manyRows = 256;

export function lowerRows(launch: FusedLaunch, shape: RowShape, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf, inputs, outputs } = launch;
  const { step } = kernel;
  const { rows, length, rowDims, elementDims } = shape;
  const team = teamOf(launch, shape, traits);
  const turn = turnOf(kernel, team, traits);
  /** Of each input, whether all rows share it. */
  const shared = inputs.filter(isOperand).map(({ strides }) => rowDims.every((d) => strides[d] === 0));
  /** Rows that an invocation takes side by side, to load once what they share. */
  const abreast =
    turn > 1 && shared.includes(true) && rows >= manyRows && rows % soloAbreast === 0 ? soloAbreast : 1;
  const variant = `${codeOf(team, traits)} ${turn} ${abreast > 1 ? shared.map(Number).join("") : ""}`;
  return single(
    dispatchOf({
      key: `rows ${kernelId(kernel)} ${axisOf.join("")} ${variant}`,
      name: kernel.name,
      lanes: lanesOf(team, traits),
      count: rows / abreast,
      each: team.size === 1 ? "invocation" : "group",
      uses: [...inputs.filter(isOperand).map(read), ...outputs.map(write)],
      numbers: { length, sizes },
      scalars: scalarsOf(launch),
      errors: dividesIntegers(step),
      write({ k, at, numbers: { length, sizes }, ...given }) {
        const common = new Map(
          given.operands
            .filter((_, i) => abreast > 1 && shared[i])
            .map((operand) => [operand, commonLoad(k, operand, elementDims)]),
        );
        const scope: RowScope = { k, launch, shape, sizes, common, ...given };
        const rows = Array.from({ length: abreast }, (_, r) =>
          rowAt(scope, abreast === 1 ? at : k.let(at.mul(abreast).add(r), "row")),
        );
        for (const row of rows) row.compute(step.prologue, []);
        for (const pass of step.passes) {
          const walkers = walkersOf(scope, rows, pass);
          walk(scope, pass, walkers, { from: firstOf(k, team), to: length, turn, team: team.size });
          for (const walker of walkers) {
            for (const fold of walker.folds) fold.gather(team);
            finishRow(k, team, pass, walker);
          }
        }
      },
    }),
  );
}
