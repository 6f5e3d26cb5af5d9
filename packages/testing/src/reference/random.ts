/** The value of a `rand` node at one site, for its kind and width. */
import type { Kind, Widths } from "@flambeau/core";
import type { RandSite } from "./philox.js";
import { bits31, bits63, uniform32, uniform64 } from "./philox.js";
import type { Scalar } from "./scalar.js";

export function randomScalar(site: RandSite, kind: Kind, widths: Widths): Scalar {
  if (kind === "f") return widths.f === "float64" ? uniform64(site) : uniform32(site);
  return widths.i === "int64" ? bits63(site) : BigInt(bits31(site));
}
