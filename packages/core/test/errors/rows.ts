/** Tables of wrong calls: what each must throw, at the call, and which values its message must tell. */
import { type Device, open, type Tensor, zeros } from "@flambeau/core";
import { expect, it } from "vitest";
import type { FlambeauError } from "../device.js";

type ErrorClass = new (op: string, message: string) => FlambeauError;

/** [the family and what is wrong, the call, the operator named, what the message says of expected and got] */
export type Row = readonly [what: string, call: () => unknown, op: string, says: RegExp];

/** One test per row: the call throws `Typed` with the operator's name in `op` and in front of the message. */
export function throws(Typed: ErrorClass, rows: readonly Row[]): void {
  it.each(rows)("%s", (_, call, op, says) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Typed);
    const error = thrown as FlambeauError;
    expect(error.constructor, error.message).toBe(Typed);
    expect(error.name).toBe(Typed.name);
    expect(error.op).toBe(op);
    expect(error.message.slice(0, op.length + 2)).toBe(`${op}: `);
    expect(error.message.slice(op.length + 2)).toMatch(says);
  });
}

/** A value the types refuse, as a program without types would pass it. */
export const untyped = (value: unknown): never => value as never;

export function disposed(...shape: number[]): Tensor {
  const x = zeros(shape);
  x.dispose();
  return x;
}

/** A second device of the same kind. */
export const another = (): Promise<Device> => open("reference:1");
