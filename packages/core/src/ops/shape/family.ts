/** The shape operators that are methods of tensors. */
import type { InplaceMethods, Methods } from "../op.js";
import * as diagonals from "./diagonals.js";
import * as expand from "./expand.js";
import * as flip from "./flip.js";
import { combinations } from "./grids.js";
import { pad } from "./pad.js";
import * as permute from "./permute.js";
import { swapaxes, swapdims, t, transpose } from "./permute.js";
import * as repeat from "./repeat.js";
import * as reshape from "./reshape.js";
import { squeeze, unsqueeze } from "./reshape.js";
import * as resize from "./resize.js";
import * as scatterViews from "./scatterViews.js";
import * as slices from "./slices.js";
import * as split from "./split.js";
import type { Transposed } from "./transposed.js";

const extras = { combinations, pad };

export const shapeModules: readonly Readonly<Record<string, unknown>>[] = [
  diagonals,
  expand,
  flip,
  extras,
  permute,
  repeat,
  reshape,
  resize,
  scatterViews,
  slices,
  split,
];

/** Operators that also have an in-place form, which writes the result back. */
export const shapeInplace = { tril: diagonals.tril, triu: diagonals.triu };

/** Those whose in-place form makes the tensor the view that is their result. */
export const viewInplace = {
  squeeze,
  unsqueeze,
  t,
  transpose,
  swapaxes,
  swapdims,
  asStrided: slices.asStrided,
};

export interface ShapeMethods
  extends Methods<typeof diagonals>,
    Methods<typeof expand>,
    Methods<typeof flip>,
    Methods<typeof extras>,
    Methods<typeof permute>,
    Methods<typeof repeat>,
    Methods<typeof reshape>,
    Methods<typeof resize>,
    Methods<typeof scatterViews>,
    Methods<typeof slices>,
    Methods<typeof split>,
    InplaceMethods<typeof shapeInplace>,
    InplaceMethods<typeof viewInplace>,
    Transposed {}
