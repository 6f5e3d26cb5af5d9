/** The operators made of other operators that are methods too; those under `compositeInplace` also in place. */

import { histogram } from "./indexing/histogram.js";
import { newEmpty, newEmptyStrided, newFull, newOnes, newTensor, newZeros } from "./like.js";
import { matrixPower } from "./linear/chains.js";
import { cross, kron, trace } from "./linear/products.js";
import type { InplaceMethods, Methods } from "./op.js";
import { hardshrink, prelu } from "./pointwise/activations.js";
import { allclose, equal } from "./pointwise/equality.js";
import { frexp } from "./pointwise/frexp.js";
import * as real from "./pointwise/real.js";
import { corrcoef, cov } from "./reduction/covariance.js";
import { diff } from "./reduction/differences.js";
import { dist, norm, renorm } from "./reduction/norms.js";
import { igamma, igammac } from "./special/incompleteGamma.js";
import { i0 } from "./special/modified.js";

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
  igamma,
  igammac,
  hardshrink,
  prelu,
  histogram,
};

export const compositeModules = [real, creation, others] as const;
export type CompositeMethods = Methods<typeof real> & Methods<typeof creation> & Methods<typeof others>;

export const compositeInplace = { i0, igamma, igammac, renorm, conjPhysical: real.conjPhysical };
export type CompositeInplace = InplaceMethods<typeof compositeInplace>;
