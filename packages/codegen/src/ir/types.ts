/**
 * The kernel IR: what a lowering makes and a printer prints. Scalars, straight-line values, structured control flow,
 * buffers of 32-bit words, workgroup memory, barriers and atomics; nothing in it belongs to one dialect.
 */
import type { AtomicName, IntrinsicName } from "./intrinsics.js";

/** i64 is exact everywhere; a dialect without 64-bit integers prints it as a pair of words. */
export type Type = "bool" | "i32" | "u32" | "f32" | "i64";

/** Positions of an invocation: its workgroup (counted through all workgroups of the dispatch) and its place in it. */
export type Builtin = "group" | "lane";

export type Expr =
  | { readonly op: "literal"; readonly type: Type; readonly value: number | bigint | boolean }
  | { readonly op: "name"; readonly type: Type; readonly name: string }
  | { readonly op: "param"; readonly type: ParamType; readonly at: number }
  | { readonly op: "builtin"; readonly type: "i32"; readonly name: Builtin }
  | { readonly op: "call"; readonly type: Type; readonly name: IntrinsicName; readonly args: readonly Expr[] }
  | {
      readonly op: "invoke";
      readonly type: Type;
      readonly fn: DeviceFunction;
      readonly args: readonly Expr[];
    }
  | { readonly op: "cast" | "bitcast"; readonly type: Type; readonly from: Expr }
  | {
      readonly op: "select";
      readonly type: Type;
      readonly condition: Expr;
      readonly yes: Expr;
      readonly no: Expr;
    }
  /** A word of buffer number `buffer`. */
  | { readonly op: "load"; readonly type: "u32"; readonly buffer: number; readonly index: Expr }
  | { readonly op: "loadShared"; readonly type: Type; readonly array: string; readonly index: Expr };

export type Stmt =
  | { readonly op: "let"; readonly name: string; readonly value: Expr }
  | { readonly op: "var"; readonly name: string; readonly value: Expr }
  | { readonly op: "assign"; readonly name: string; readonly value: Expr }
  | { readonly op: "store"; readonly buffer: number; readonly index: Expr; readonly value: Expr }
  | { readonly op: "storeShared"; readonly array: string; readonly index: Expr; readonly value: Expr }
  /** On a word of an atomic buffer; `result` names the word's value before. */
  | {
      readonly op: "atomic";
      readonly name: AtomicName;
      readonly buffer: number;
      readonly index: Expr;
      readonly args: readonly Expr[];
      readonly result: string | null;
    }
  | {
      readonly op: "if";
      readonly condition: Expr;
      readonly yes: readonly Stmt[];
      readonly no: readonly Stmt[];
    }
  /** `name` is an i32 that counts from `from` up to, not including, `to`. */
  | {
      readonly op: "for";
      readonly name: string;
      readonly from: Expr;
      readonly to: Expr;
      readonly step: Expr;
      readonly body: readonly Stmt[];
    }
  | { readonly op: "while"; readonly condition: Expr; readonly body: readonly Stmt[] }
  /** Every invocation of the workgroup waits for the others and sees their workgroup memory and buffer words. */
  | { readonly op: "barrier" }
  | { readonly op: "return"; readonly value: Expr | null };

/** A function of scalars, printed once per shader that calls it. Two functions of one name are the same function. */
export interface DeviceFunction {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly result: Type;
  readonly body: readonly Stmt[];
}

/** What a dispatch passes by value; an i64 takes two words, the others one. */
export type ParamType = "i32" | "u32" | "f32" | "i64";

/** How a shader uses a buffer: atomics and plain stores do not mix on one buffer. */
export type Access = "read" | "write" | "atomic";

export interface Shader {
  readonly name: string;
  /** Invocations per workgroup. */
  readonly lanes: number;
  readonly params: readonly { readonly name: string; readonly type: ParamType }[];
  readonly buffers: readonly { readonly name: string; readonly access: Access }[];
  readonly shared: readonly { readonly name: string; readonly type: Type; readonly length: number }[];
  readonly body: readonly Stmt[];
}

export const paramWords = (type: ParamType): number => (type === "i64" ? 2 : 1);
