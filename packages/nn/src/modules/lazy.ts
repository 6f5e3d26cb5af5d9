/**
 * Layers whose first argument, the size of their input, is left out: the first input tells it
 * (`torch.nn.LazyLinear` and kin). Their parameters have no elements until then, but may be given to an
 * optimizer.
 */
import type { Arguments } from "@flambeau/core";
import { Conv1d, Conv2d, Conv3d, type ConvArguments, type convNames } from "./conv/conv.js";
import {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type TransposedArguments,
  type transposedNames,
} from "./conv/transposed.js";
import { Linear, type LinearArguments, type linearNames } from "./linear.js";
import {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type NormArguments,
  type normNames,
} from "./norm/index.js";

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;
type TailNames<N extends readonly string[]> = N extends readonly [string, ...infer Rest extends string[]]
  ? Rest
  : never;
/** A layer's constructor arguments without the first one. */
type Rest<P extends readonly unknown[], N extends readonly string[]> = Arguments<Tail<P>, TailNames<N>>;

type ConvRest = Rest<ConvArguments, typeof convNames>;
type TransposedRest = Rest<TransposedArguments, typeof transposedNames>;
type NormRest = Rest<NormArguments, typeof normNames>;

export class LazyLinear extends Linear {
  constructor(...args: Rest<LinearArguments, typeof linearNames>) {
    super(null, ...args);
  }
}
export class LazyConv1d extends Conv1d {
  constructor(...args: ConvRest) {
    super(null, ...args);
  }
}
export class LazyConvTranspose1d extends ConvTranspose1d {
  constructor(...args: TransposedRest) {
    super(null, ...args);
  }
}
export class LazyBatchNorm1d extends BatchNorm1d {
  constructor(...args: NormRest) {
    super(null, ...args);
  }
}
export class LazyInstanceNorm1d extends InstanceNorm1d {
  constructor(...args: NormRest) {
    super(null, ...args);
  }
}
export class LazyConv2d extends Conv2d {
  constructor(...args: ConvRest) {
    super(null, ...args);
  }
}
export class LazyConvTranspose2d extends ConvTranspose2d {
  constructor(...args: TransposedRest) {
    super(null, ...args);
  }
}
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(...args: NormRest) {
    super(null, ...args);
  }
}
export class LazyInstanceNorm2d extends InstanceNorm2d {
  constructor(...args: NormRest) {
    super(null, ...args);
  }
}
export class LazyConv3d extends Conv3d {
  constructor(...args: ConvRest) {
    super(null, ...args);
  }
}
export class LazyConvTranspose3d extends ConvTranspose3d {
  constructor(...args: TransposedRest) {
    super(null, ...args);
  }
}
export class LazyBatchNorm3d extends BatchNorm3d {
  constructor(...args: NormRest) {
    super(null, ...args);
  }
}
export class LazyInstanceNorm3d extends InstanceNorm3d {
  constructor(...args: NormRest) {
    super(null, ...args);
  }
}
