/** Containers that only hold. */
import { ArgumentError } from "@flambeau/core";
import type { Module } from "../../module.js";

/** The forward of a container that computes nothing by itself. */
export function uncallable(container: Module): never {
  throw new ArgumentError(
    container.constructor.name,
    "this container only holds others and has no forward; call the modules in it",
  );
}
