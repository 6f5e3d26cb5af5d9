/**
 * Reducing steps: rows are independent, and each is walked once per pass. Short rows, and rows that lie across memory, are
 * walked by one invocation each; long ones by a workgroup, whose invocations merge what they folded.
 */
import type { Fold, FusedKernel, FusedLaunch, Kind, MonoidSlot, Node, Pass } from "@flambeau/core";
import {
  bindOperands,
  declareOperands,
  type OperandLayout,
  type ShaderOperand,
  type Use,
  unravel,
} from "../elements/operands.js";
import { ShaderBuilder, type Shared, type Variable } from "../ir/builder.js";
import type { Shader } from "../ir/types.js";
import { call, u32, type Value } from "../ir/value.js";
import { type DeviceTraits, type Plan, single } from "../plan.js";
import { Emitter, type Place } from "./emit.js";
import { dividesIntegers, isOperand, scalarParams, scalarType } from "./layout.js";
import { type MonoidRule, monoids, type State } from "./monoids.js";
import { toElement } from "./pointwise.js";
import { convert, typeOf } from "./scalars.js";

interface Variant {
  readonly kernel: FusedKernel;
  readonly axisOf: readonly number[];
  readonly layout: OperandLayout;
  readonly given: readonly boolean[];
  /** Invocations that share a row; 1 where each has its own. */
  readonly team: number;
  /** Whether a team's invocations first exchange what they folded in fours, without workgroup memory. */
  readonly fours: boolean;
  /** Neighbouring elements that an invocation takes in one turn. */
  readonly turn: number;
}

const soloLanes = 64;
const longRow = 1024;
/** Rows that keep the cores of a processor busy, where one stands in for a GPU. */
const soloRows = 8;
/** Elements per turn there: loops cost it more than they do a GPU. Long steps fill a turn alone. */
const soloTurn = 4;
const longStep = 48;

const isOver = (kernel: FusedKernel, axis: number): boolean => ((kernel.step.over >> axis) & 1) === 1;

/** `id` stands for the kernel in keys. */
export function lowerRows(launch: FusedLaunch, id: number, traits: DeviceTraits): Plan {
  const { kernel, sizes, axisOf } = launch;
  let rows = 1;
  let length = 1;
  for (const [d, size] of sizes.entries()) {
    if (isOver(kernel, axisOf[d] as number)) length *= size;
    else rows *= size;
  }
  const team = teamFor(
    rows,
    length,
    sizes.length > 0 && !isOver(kernel, axisOf[sizes.length - 1] as number),
    traits,
  );
  const uses: Use[] = [];
  for (const input of launch.inputs) if (isOperand(input)) uses.push({ view: input, as: "read" });
  for (const output of launch.outputs) uses.push({ view: output, as: "write" });
  const { layout, buffers, params } = bindOperands(uses, dividesIntegers(kernel.step));
  const turn = traits.emulated === true && team === 1 && nodesOf(kernel) <= longStep ? soloTurn : 1;
  const fours = team > 1 && traits.subgroups === true;
  const given = launch.inputs.map(isOperand);
  const variant: Variant = { kernel, axisOf, layout, given, team, fours, turn };
  return single({
    key: `rows ${id} ${axisOf.join("")} ${team}${fours ? "f" : ""} ${turn} ${layout.key}`,
    build: () => build(variant),
    buffers,
    params: [rows, length, ...sizes, ...params, ...scalarParams(launch)],
    groups: team === 1 ? Math.ceil(rows / soloLanes) : rows,
  });
}

/** `across`: neighbouring rows lie side by side in memory, so that invocations with a row each read together. */
function teamFor(rows: number, length: number, across: boolean, traits: DeviceTraits): number {
  if (length <= 64 || (across && rows >= 256) || (traits.emulated === true && rows >= soloRows)) return 1;
  return Math.min(traits.maxLanes, length >= longRow ? 256 : 64);
}

/** Nodes that are computed for every element. */
const nodesOf = ({ step }: FusedKernel): number =>
  step.passes.reduce((sum, { element }) => sum + element.length, 0);

interface RowOperand {
  readonly operand: ShaderOperand;
  /** Index of the row's first element. */
  readonly base: Value;
}

function build({ kernel, axisOf, layout, given, team, fours, turn }: Variant): Shader {
  const { step, widths } = kernel;
  const k = new ShaderBuilder(kernel.name, team === 1 ? soloLanes : team);
  const rows = k.param("rows");
  const length = k.param("length");
  const sizes = axisOf.map((_, d) => k.param(`size${d}`));
  const { operands, errors } = declareOperands(k, layout);
  const scalars = given.map((isTensor, slot) =>
    isTensor
      ? null
      : k.param(`scalar${slot}`, scalarType((step.inputs[slot] as { kind: Kind }).kind, widths)),
  );
  const dims = axisOf.map((_, d) => d);
  const elementDims = dims.filter((d) => isOver(kernel, axisOf[d] as number));
  const rowDims = dims.filter((d) => !elementDims.includes(d));

  const row = k.let(team === 1 ? k.invocation : k.group, "row");
  const first = team === 1 ? null : k.lane;
  k.if(row.ge(rows), () => k.return());
  const rowCoordinates = unravel(
    k,
    row,
    rowDims.map((d) => sizes[d] as Value),
  );
  const based = operands.map((operand): RowOperand => {
    let base = operand.offset;
    for (const [i, d] of rowDims.entries())
      base = base.add((rowCoordinates[i] as Value).mul(operand.strides[d] as Value));
    return { operand, base: k.let(base, "base") };
  });
  const inputs = given.filter(Boolean).length;
  const inputOf = (slot: number): RowOperand =>
    based[given.slice(0, slot).filter(Boolean).length] as RowOperand;
  const outputOf = (output: number): RowOperand => based[inputs + output] as RowOperand;
  const emitter = new Emitter(k, kernel.name, { step, widths, axisOf }, sizes, errors);

  const placeAt = (coordinates: readonly Value[]): Place => ({
    coordinate: (d) => {
      const e = elementDims.indexOf(d);
      return (e >= 0 ? coordinates[e] : rowCoordinates[rowDims.indexOf(d)]) as Value;
    },
    input: (slot) => scalars[slot] ?? inputOf(slot).operand.load(indexAt(inputOf(slot), coordinates)),
  });
  const indexAt = ({ operand, base }: RowOperand, coordinates: readonly Value[]): Value => {
    let index = base;
    for (const [i, at] of coordinates.entries())
      index = index.add(at.mul(operand.strides[elementDims[i] as number] as Value));
    return index;
  };

  const store = (output: number, node: Node, coordinates: readonly Value[]): void => {
    const target = outputOf(output);
    target.operand.store(indexAt(target, coordinates), toElement(emitter.value(node), target.operand));
  };

  const rowPlace = placeAt([]);
  emitter.compute(step.prologue, rowPlace);
  for (const pass of step.passes) {
    const folds = pass.folds.map((fold) => new Folding(k, fold, typeOf(fold.arg.kind, widths)));
    if (pass.element.length > 0 || pass.stores.length > 0 || folds.length > 0) {
      const take = (position: Value, count: number): void => {
        const values = folds.map((): Value[] => []);
        for (let i = 0; i < count; i++) {
          const coordinates = unravel(
            k,
            k.let(position.add(i), "position"),
            elementDims.map((d) => sizes[d] as Value),
          );
          emitter.compute(pass.element, placeAt(coordinates));
          for (const [f, fold] of folds.entries()) values[f]?.push(fold.argument(emitter));
          for (const { output, node } of pass.stores) store(output, node, coordinates);
        }
        for (const [f, fold] of folds.entries()) fold.take(values[f] as Value[], position);
      };
      if (turn === 1) k.for(first ?? 0, length, (position) => take(position, 1), team);
      else {
        const turns = k.let(length.sub(length.rem(turn)), "turns");
        k.for(0, turns, (position) => take(position, turn), turn);
        k.for(turns, length, (position) => take(position, 1));
      }
    }
    for (const fold of folds) fold.finish(emitter, team, fours);
    emitter.compute(pass.row, rowPlace);
    storeRows(pass);
  }
  return k.finish();

  function storeRows(pass: Pass): void {
    if (pass.rowStores.length === 0) return;
    const write = (): void => {
      for (const { output, node } of pass.rowStores) store(output, node, []);
    };
    if (team === 1) write();
    else k.if(k.lane.eq(0), write);
  }
}

/** One fold of a pass within a shader. */
class Folding {
  private readonly rule: MonoidRule;
  private readonly state: readonly Variable[];

  constructor(
    private readonly k: ShaderBuilder,
    private readonly fold: Fold,
    private readonly type: Value["type"],
  ) {
    this.rule = monoids[fold.monoid];
    this.state = this.rule.start(type).map((value) => k.variable(value, "fold"));
  }

  /** What is folded, of the element that was computed last. */
  argument(emitter: Emitter): Value {
    return this.k.let(convert(emitter.value(this.fold.arg), this.type));
  }

  /** Folds the arguments of neighbours, of which the first stands at `position`. */
  take(xs: readonly Value[], position: Value): void {
    this.assign(this.rule.take(this.values(), xs, position, this.k));
  }

  /** Merges what the team's invocations hold, and makes the results known to all of them. */
  finish(emitter: Emitter, team: number, fours: boolean): void {
    if (fours) this.exchange();
    if (team > 1) this.gather(team, fours ? 4 : 1);
    for (const node of this.fold.results) {
      const slot = this.rule.slots[node.p as MonoidSlot];
      if (slot === undefined) throw new Error(`${this.fold.monoid} has no slot ${String(node.p)}`);
      emitter.set(node, slot(this.values()));
    }
  }

  /** Merges the states of every four neighbours, who then all hold the result. */
  private exchange(): void {
    for (const bits of [1, 2]) {
      const other = this.values().map((value) => {
        const sent = value.type === "bool" ? value.to("u32") : value;
        return convert(call("shuffleXor", sent, u32(bits)), value.type);
      });
      this.assign(this.rule.merge(this.values(), other));
    }
  }

  /** Merges across the workgroup what every `each` invocations hold alike. */
  private gather(team: number, each: 1 | 4): void {
    const { k } = this;
    const count = team / each;
    const arrays = this.state.map(({ type }) => k.shared(type, count, "folds"));
    const keep = (): void => {
      for (const [i, array] of arrays.entries())
        array.set(each === 1 ? k.lane : k.lane.shr(2), (this.state[i] as Variable).value);
    };
    if (each === 1) keep();
    else k.if(k.lane.and(3).eq(0), keep);
    const held = (lane: Value): State => arrays.map((array: Shared) => k.let(array.at(lane)));
    for (let reach = count >> 1; reach > 0; reach >>= 1) {
      k.barrier();
      k.if(k.lane.lt(reach), () => {
        const merged = this.rule.merge(held(k.lane), held(k.lane.add(reach))).map((value) => k.let(value));
        for (const [i, value] of merged.entries()) (arrays[i] as Shared).set(k.lane, value);
      });
    }
    k.barrier();
    for (const [i, array] of arrays.entries()) (this.state[i] as Variable).set(array.at(0));
  }

  private values(): State {
    return this.state.map((variable) => variable.value);
  }

  /** New values are all computed before the first is assigned. */
  private assign(next: State): void {
    const computed = next.map((value) => this.k.let(value));
    for (const [i, value] of computed.entries()) (this.state[i] as Variable).set(value);
  }
}
