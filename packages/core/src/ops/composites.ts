/** The operators made of other operators that are methods too; those under `compositeInplace` also in place. */

import * as like from "./like.js";
import { matrixPower } from "./linear/chains.js";
import { cross, kron, trace } from "./linear/products.js";
import type { InplaceMethods, Methods } from "./op.js";
import { allclose, equal } from "./pointwise/equality.js";
import { frexp } from "./pointwise/frexp.js";
import * as real from "./pointwise/real.js";
import { corrcoef, cov } from "./reduction/covariance.js";
import { diff } from "./reduction/differences.js";
import { dist, norm, renorm } from "./reduction/norms.js";
import { i0 } from "./special/modified.js";

const { newZeros, newOnes, newEmpty, newFull, newTensor, newEmptyStrided } = like;
const creation = { newZeros, newOnes, newEmpty, newFull, newTensor, newEmptyStrided };
const others = {
  allclose,
  equal,
  frexp,
  matrixPower,
  cross,
  kron,
  trace,
  corrcoef,
  cov,
  diff,
  dist,
  norm,
  renorm,
  i0,
};

export const compositeModules = [real, creation, others] as const;
export type CompositeMethods = Methods<typeof real> & Methods<typeof creation> & Methods<typeof others>;

export const compositeInplace = { i0, renorm, conjPhysical: real.conjPhysical };
export type CompositeInplace = InplaceMethods<typeof compositeInplace>;
