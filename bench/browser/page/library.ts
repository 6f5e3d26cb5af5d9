/** What the page asks of a library: the same programs from each, written as its documentation says. */

/**
 * A program that is set up. Each call runs it once and resolves to one number of its result, read from the GPU: all
 * libraries wait for the GPU in this way, and must agree on the number.
 */
export type Run = () => Promise<number>;

export const programNames = ["matmul", "softmax", "layerNorm", "mnist"] as const;
export type ProgramName = (typeof programNames)[number];

export interface Library {
  readonly version: string;
  readonly programs: { readonly [P in ProgramName]: () => Promise<Run> };
}
