/** FLAMBEAU_DEBUG: "sync" runs each command at once, a number from 1 on prints each command; "sync,2" does both. */
import type { Launch } from "./kernels.js";

export interface DebugOptions {
  readonly sync: boolean;
  readonly level: number;
}

interface Host {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly [global: string]: unknown;
}

/** An environment variable, or where there is no environment (in browsers) the global of the same name; "" where neither is set. */
export function setting(name: `FLAMBEAU_${string}`): string {
  const host = globalThis as Host;
  return String(host.process?.env?.[name] ?? host[name] ?? "");
}

export function debugOptions(value = setting("FLAMBEAU_DEBUG")): DebugOptions {
  const words = value.split(/[\s,]+/);
  const level = Math.max(0, ...words.map(Number).filter(Number.isFinite));
  return { sync: words.includes("sync"), level };
}

/** One line about a launch: kind, name and shapes. */
export function describeLaunch(launch: Launch): string {
  const { kernel } = launch;
  const name = "name" in kernel ? kernel.name : "op" in kernel ? kernel.op : "";
  const operands = Object.entries(launch).flatMap(([role, value]) => {
    if (value === null || typeof value !== "object" || !("shape" in value)) return [];
    const { dtype, shape } = value as { dtype: string; shape: readonly number[] };
    return [`${role} ${dtype}[${shape.join(", ")}]`];
  });
  const sizes = "sizes" in launch ? [`sizes [${launch.sizes.join(", ")}]`] : operands;
  return `${kernel.kind} ${name} ${sizes.join(" ")}`.replace(/ {2,}/g, " ");
}
