/** Backends as tables over the kinds of kernels. */
import type { KernelKind, Launch, LaunchOf } from "./kernels.js";

/** One function per kind of kernel; a kind that is missing does not compile. */
export type KernelTable<R> = { readonly [K in KernelKind]: (launch: LaunchOf<K>) => R };

/** Calls the function of the launch's kind. */
export function callByKind<R>(table: KernelTable<R>, launch: Launch): R {
  // The type system cannot relate a launch's kind to its row across the union.
  const call = table[launch.kernel.kind] as (launch: Launch) => R;
  return call(launch);
}
