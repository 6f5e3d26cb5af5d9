/** The gradient rule of every primitive. */
import { fused } from "./fused.js";
import { gather, scatter } from "./indexing.js";
import { cat } from "./joining.js";
import { scan, sort } from "./ordering.js";
import { avgPool, avgPoolBackward, maxPool, maxPoolBackward } from "./pooling.js";
import { conv, matmul } from "./products.js";
import type { Rules } from "./rule.js";
import { asStrided, diagonal, expand, permute, slice, transfer, unfold, view } from "./views.js";

export const rules: Rules = {
  fused,
  view,
  permute,
  expand,
  slice,
  diagonal,
  unfold,
  asStrided,
  bitcast: null,
  cat,
  transfer,
  matmul,
  conv,
  maxPool,
  maxPoolBackward,
  avgPool,
  avgPoolBackward,
  gather,
  scatter,
  scan,
  sort,
};
