/**
 * Products in normal form: a number times integer powers of nodes, counted only where all guards hold and 0 elsewhere.
 * Keeping guards apart from factors is what makes gradients of `where` right: (c ? a : 0) * b becomes c ? a * b : 0, so
 * an infinity on the side not taken never meets the zero.
 */
import { groupBy } from "./memo.js";
import type { Axes, Node } from "./types.js";

export interface Factor {
  readonly node: Node;
  readonly power: number;
}

export interface Term {
  readonly coef: number;
  /** By ascending id, powers not 0. */
  readonly factors: readonly Factor[];
  /** Boolean nodes by ascending id. */
  readonly guards: readonly Node[];
}

export const number = (coef: number): Term => ({ coef, factors: [], guards: [] });
export const atom = (node: Node, power = 1): Term => ({ coef: 1, factors: [{ node, power }], guards: [] });

/** 1 where all conditions hold, else 0. */
export const where = (conditions: readonly Node[]): Term => ({
  coef: 1,
  factors: [],
  guards: mergeGuards([], conditions) ?? [],
});

/** Multiplies factor lists. */
export function mergeFactors(a: readonly Factor[], b: readonly Factor[], sign: 1 | -1 = 1): Factor[] {
  const merged: Factor[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    if (y === undefined || (x !== undefined && x.node.id < y.node.id)) {
      merged.push(x as Factor);
      i++;
    } else if (x === undefined || y.node.id < x.node.id) {
      merged.push({ node: y.node, power: sign * y.power });
      j++;
    } else {
      const power = x.power + sign * y.power;
      if (power !== 0) merged.push({ node: x.node, power });
      i++;
      j++;
    }
  }
  return merged;
}

const opposite = (a: Node, b: Node): boolean =>
  (a.op === "not" && a.args[0] === b) || (b.op === "not" && b.args[0] === a);

/** Adds conditions to guards, taking conjunctions apart; null when they contradict each other. */
export function mergeGuards(a: readonly Node[], b: readonly Node[]): readonly Node[] | null {
  if (b.length === 0) return a;
  const all = new Set(a);
  const add = (guard: Node): void => {
    if (guard.op === "and") guard.args.forEach(add);
    else all.add(guard);
  };
  b.forEach(add);
  for (const guard of all) if (guard.op === "not" && all.has(guard.args[0] as Node)) return null;
  return [...all].sort((x, y) => x.id - y.id);
}

export function product(a: Term, b: Term): Term {
  const guards = mergeGuards(a.guards, b.guards);
  if (guards === null || a.coef === 0 || b.coef === 0) return number(0);
  return { coef: a.coef * b.coef, factors: mergeFactors(a.factors, b.factors), guards };
}

export const scaled = (term: Term, coef: number): Term => ({ ...term, coef: term.coef * coef });

/** 1 / term, for one without guards. */
export const inverted = ({ coef, factors }: Term): Term => ({
  coef: 1 / coef,
  factors: factors.map(({ node, power }) => ({ node, power: -power })),
  guards: [],
});

/** The part of a product that `isOutside` picks, without its number, and the rest. */
export function split(
  { coef, factors, guards }: Term,
  isOutside: (node: Node) => boolean,
): [outside: Term, inside: Term] {
  const part = (outside: boolean, coef: number): Term => ({
    coef,
    factors: factors.filter(({ node }) => isOutside(node) === outside),
    guards: guards.filter((guard) => isOutside(guard) === outside),
  });
  return [part(true, 1), part(false, coef)];
}

/** The axes a product varies along. */
export const axesOf = ({ factors, guards }: Term): Axes =>
  [...factors.map(({ node }) => node), ...guards].reduce((axes, node) => axes | node.axes, 0);

/** The guard in which two lists of guards differ, if it is the very condition in one and its negation in the other. */
export function complementary(
  a: readonly Node[],
  b: readonly Node[],
): { common: readonly Node[]; guard: Node } | null {
  if (a.length !== b.length) return null;
  const onlyA = a.filter((guard) => !b.includes(guard));
  const onlyB = b.filter((guard) => !a.includes(guard));
  const [guard, other] = [onlyA[0], onlyB[0]];
  if (onlyA.length !== 1 || guard === undefined || other === undefined || !opposite(guard, other))
    return null;
  return { common: a.filter((g) => g !== guard), guard };
}

export const factorsKey = (factors: readonly Factor[]): string =>
  factors.map(({ node, power }) => `${node.id}^${power}`).join("*");
export const guardsKey = (guards: readonly Node[]): string => guards.map((guard) => guard.id).join("&");

export const termKey = ({ factors, guards }: Term): string => `${factorsKey(factors)}|${guardsKey(guards)}`;

/** Adds up terms that differ in their number only, and drops those that cancel. */
export function collect(terms: readonly Term[]): Term[] {
  return [...groupBy(terms, termKey).values()].flatMap((like) => {
    const coef = like.reduce((sum, term) => sum + term.coef, 0);
    const size = like.reduce((sum, term) => sum + Math.abs(term.coef), 0);
    return Math.abs(coef) > 1e-14 * size ? [{ ...(like[0] as Term), coef }] : [];
  });
}

/** A sum of products, or null where there were too many to go on with. */
export type Terms = readonly Term[] | null;

/** The sum of two sums, if it has no more than `most` terms. */
export function plus(a: Terms, b: Terms, most: number): Terms {
  if (a === null || b === null) return null;
  const sum = collect([...a, ...b]);
  return sum.length > most ? null : sum;
}

/** The product of two sums multiplied out, unless it takes more than `most` terms. */
export function times(a: Terms, b: Terms, most: number): Terms {
  if (a === null || b === null || a.length * b.length > most) return null;
  return collect(a.flatMap((x) => b.map((y) => product(x, y))));
}

/** The powers all terms share, each as far as every term has it. */
export function commonFactors(terms: readonly Term[]): Factor[] {
  let common = [...(terms[0] as Term).factors];
  for (const { factors } of terms.slice(1)) {
    common = common.flatMap(({ node, power }) => {
      const other = factors.find((factor) => factor.node === node)?.power ?? 0;
      if (Math.sign(other) !== Math.sign(power)) return [];
      return [{ node, power: Math.sign(power) * Math.min(Math.abs(power), Math.abs(other)) }];
    });
  }
  return common;
}

export const commonGuards = (terms: readonly Term[]): Node[] =>
  (terms[0] as Term).guards.filter((guard) => terms.every((term) => term.guards.includes(guard)));
