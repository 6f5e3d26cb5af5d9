/** The indexing operators that are methods of tensors. */
import type { InplaceMethods, Methods } from "../op.js";
import * as at from "./at.js";
import * as counting from "./counting.js";
import * as fillDiagonal from "./fillDiagonal.js";
import * as gather from "./gather.js";
import * as masked from "./masked.js";
import { maskedFill, maskedScatter } from "./masked.js";
import * as median from "./median.js";
import * as nonzero from "./nonzero.js";
import * as quantile from "./quantile.js";
import * as scan from "./scan.js";
import { cumprod, cumsum } from "./scan.js";
import * as scattering from "./scatter.js";
import {
  indexAdd,
  indexCopy,
  indexFill,
  indexReduce,
  put,
  scatter,
  scatterAdd,
  scatterReduce,
} from "./scatter.js";
import { argsort, kthvalue, msort, sort, topk } from "./sort.js";
import * as distinct from "./unique.js";

const sorting = { argsort, kthvalue, msort, sort, topk };

export const indexingModules: readonly Readonly<Record<string, unknown>>[] = [
  at,
  counting,
  fillDiagonal,
  gather,
  masked,
  median,
  nonzero,
  quantile,
  scan,
  scattering,
  sorting,
  distinct,
];

/** Operators that also have an in-place form, which writes the result back. */
export const indexingInplace = {
  cumprod,
  cumsum,
  indexAdd,
  indexCopy,
  indexFill,
  indexReduce,
  maskedFill,
  maskedScatter,
  put,
  scatter,
  scatterAdd,
  scatterReduce,
};

export interface IndexingMethods
  extends Methods<typeof at>,
    Methods<typeof counting>,
    Methods<typeof fillDiagonal>,
    Methods<typeof gather>,
    Methods<typeof masked>,
    Omit<Methods<typeof median>, "median" | "nanmedian">,
    Omit<Methods<typeof nonzero>, "nonzero">,
    Methods<typeof quantile>,
    Methods<typeof scan>,
    Methods<typeof scattering>,
    Methods<typeof sorting>,
    InplaceMethods<typeof indexingInplace> {
  /** The lower median: of all elements, or {values, indices} along a dimension (`Tensor.median`). */
  median: median.MedianMethod;
  /** As `median`, ignoring NaN (`Tensor.nanmedian`). */
  nanmedian: median.MedianMethod;
  /** Coordinates of the elements that are not zero (`Tensor.nonzero`). */
  nonzero: nonzero.NonzeroMethod;
  /** The distinct elements in ascending order (`Tensor.unique`). */
  unique: distinct.UniqueMethod;
  /** The first of every run of equal elements (`Tensor.unique_consecutive`). */
  uniqueConsecutive: distinct.UniqueConsecutiveMethod;
}
