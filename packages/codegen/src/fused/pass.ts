/** A pass over rows that are walked side by side: every element is computed, folded and stored, and then what the row makes of the folds. */
import type { Pass } from "@flambeau/core";
import type { ShaderBuilder } from "../ir/builder.js";
import type { Like, Value } from "../ir/value.js";
import { type Folding, foldingOf } from "./folding.js";
import { along, type Row, type RowScope } from "./row.js";
import { typeOf } from "./scalars.js";
import { onceByTeam, type Team } from "./team.js";

export interface Walker {
  readonly row: Row;
  /** In the order of the pass's folds. */
  readonly folds: readonly Folding[];
}

/** Rows before their first element. */
export const walkersOf = (
  { k, launch }: RowScope,
  rows: readonly Row[],
  { folds }: Pass,
): readonly Walker[] =>
  rows.map((row) => ({
    row,
    folds: folds.map((fold) => foldingOf(k, row.emitter, fold, typeOf(fold.arg.kind, launch.kernel.widths))),
  }));

export interface Walk {
  readonly from: Like;
  readonly to: Value;
  /** Neighbouring elements that are taken in one turn. */
  readonly turn: number;
  /** Invocations that share the walk, a turn each at a time. */
  readonly team: number;
}

/** Walks positions `from` to `to` of the rows. Only an invocation alone can take more than one element in a turn. */
export function walk(
  scope: RowScope,
  pass: Pass,
  walkers: readonly Walker[],
  { from, to, turn, team }: Walk,
): void {
  const { k, shape } = scope;
  if (pass.element.length + pass.stores.length + pass.folds.length === 0) return;
  const take = (first: Value, count: number): void => {
    for (let i = 0; i < count; i++) {
      const position = along(scope, shape.elementDims, k.let(first.add(i), "position"));
      for (const { row, folds } of walkers) {
        row.compute(pass.element, position);
        for (const fold of folds) fold.collect();
        row.store(pass.stores, position);
      }
    }
    for (const fold of walkers.flatMap(({ folds }) => folds)) fold.take(first);
  };
  const turns = turn === 1 ? to : k.let(to.sub(to.sub(from).rem(turn)), "turns");
  k.for(from, turns, (position) => take(position, turn), team * turn);
  if (turn > 1) k.for(turns, to, (position) => take(position, 1));
}

/** What is left of a pass when all is folded: results, nodes of the row, and their stores by one of the team. */
export function finishRow(k: ShaderBuilder, team: Team, pass: Pass, { row, folds }: Walker): void {
  for (const fold of folds) fold.finish();
  row.compute(pass.row, []);
  if (pass.rowStores.length > 0) onceByTeam(k, team, () => row.store(pass.rowStores, []));
}
