/** Loss layers. */
export * from "./distances.js";
export * from "./plain.js";
export * from "./weighted.js";
