/** Who walks a row: one invocation, or a workgroup of them. */
import type { FusedKernel, FusedLaunch } from "@flambeau/core";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Value } from "../ir/value.js";
import type { DeviceTraits } from "../plan.js";
import type { RowShape } from "./row.js";

/** Invocations of a workgroup that walk rows of their own. */
const soloLanes = 64;
/** Where a processor stands in for a GPU, workgroups are small, so that few rows, too, reach all its cores. */
const emulatedLanes = 8;
/** Rows that keep its cores busy without teams. */
const soloRows = 8;
/** Elements per turn there: loops cost it more than they do a GPU. Long steps fill a turn alone. */
const emulatedTurn = 4;
const longStep = 48;
const shortRow = 64;
const longRow = 1024;
/** Rows side by side in memory that fill a GPU without teams. */
const wideRows = 256;

/** Invocations that walk a row together. */
export interface Team {
  readonly size: number;
  /** Whether they first exchange what they folded in fours, without workgroup memory. */
  readonly fours: boolean;
}

export function teamOf({ sizes }: FusedLaunch, shape: RowShape, traits: DeviceTraits): Team {
  const { rows, length, rowDims } = shape;
  /** Neighbouring rows lie side by side in memory, so that invocations with a row each read together. */
  const across = rowDims.includes(sizes.length - 1);
  const solo =
    length <= shortRow || (across && rows >= wideRows) || (traits.emulated === true && rows >= soloRows);
  return teamWith(solo ? 1 : Math.min(traits.maxLanes, length >= longRow ? 256 : 64), traits);
}

export const teamWith = (size: number, { subgroups }: DeviceTraits): Team => ({
  size,
  fours: size > 1 && subgroups === true,
});

/** Neighbouring elements that an invocation takes in one turn. */
export const turnOf = (kernel: FusedKernel, { size }: Team, { emulated }: DeviceTraits): number =>
  emulated === true && size === 1 && nodesOf(kernel) <= longStep ? emulatedTurn : 1;

/** Nodes that are computed for every element. */
const nodesOf = ({ step }: FusedKernel): number =>
  step.passes.reduce((sum, { element }) => sum + element.length, 0);

/** Parts of long rows that a workgroup takes: a processor has no use for teams. */
export const rowsOfGroup = ({ emulated }: DeviceTraits): number => (emulated ? emulatedLanes : 1);

/** Of a workgroup. */
export const lanesOf = ({ size }: Team, { emulated }: DeviceTraits): number =>
  size > 1 ? size : emulated ? emulatedLanes : soloLanes;

/** Tells shaders for different teams apart. */
export const codeOf = (team: Team, traits: DeviceTraits): string =>
  `${team.size}${team.fours ? "f" : ""}/${lanesOf(team, traits)}`;

/** The first position in the row that an invocation takes. */
export const firstOf = (k: ShaderBuilder, { size }: Team): Value | number => (size === 1 ? 0 : k.lane);

/** Lets one invocation of a team do something, an invocation alone too. */
export function onceByTeam(k: ShaderBuilder, { size }: Team, body: () => void): void {
  if (size === 1) body();
  else k.if(k.lane.eq(0), body);
}
