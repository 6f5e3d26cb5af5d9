/** Tensors of numbers that follow a rule: evenly spaced ones and the identity. */
import { type DType, isFloat } from "../dtype.js";
import { ArgumentError } from "../errors.js";
import { defaultDType } from "../fused/dtypes.js";
import { pointwise } from "../fused/pointwise.js";
import type { Expr } from "../program/expr.js";
import { linear } from "../program/leaves.js";
import type { Tensor } from "../tensor/tensor.js";
import { type CreationOptions, empty, finish } from "./creation.js";
import { expectInteger } from "./expect.js";
import { bindArguments } from "./op.js";
import { catTensors } from "./shape/joining.js";

const form = { dtype: "promote", promote: [0] } as const;

/** Counted from the nearer end, so that both ends are exact. */
function spaced(start: Expr, end: Expr, step: Expr, last: Expr): Expr {
  const i = linear().toFloat();
  return i
    .mul(2)
    .le(last)
    .where(start.add(step.mul(i)), end.sub(step.mul(last.sub(i))));
}
const evenly = pointwise("linspace", (_x, start, end, step, last) => spaced(start, end, step, last), form);
const powers = pointwise(
  "logspace",
  (_x, start, end, step, last, base) => base.pow(spaced(start, end, step, last)),
  form,
);

function range(
  op: string,
  start: number,
  end: number,
  steps: number,
  options: CreationOptions,
  write: (out: Tensor, step: number, last: number) => void,
): Tensor {
  expectInteger(op, 0, "a non-negative number of steps", steps);
  if (!Number.isFinite(start) || !Number.isFinite(end))
    throw new ArgumentError(op, `expected finite ends, got ${start} and ${end}`);
  const { requiresGrad, dtype = defaultDType(), device } = options;
  const computed: DType = isFloat(dtype) ? dtype : defaultDType();
  const out = empty([steps], { dtype: computed, device });
  if (steps > 0) write(out, steps === 1 ? 0 : (end - start) / (steps - 1), steps - 1);
  return finish(op, computed === dtype ? out : out.to(dtype), { requiresGrad });
}

/** For integers the integral parts, as in PyTorch. */
const endsIn = ({ dtype }: CreationOptions, start: number, end: number): [number, number] =>
  isFloat(dtype ?? "float32") ? [start, end] : [Math.trunc(start), Math.trunc(end)];

/** `steps` numbers from start to end, both included (`torch.linspace`); the default float unless told otherwise. */
export function linspace(start: number, end: number, steps: number, options: CreationOptions = {}): Tensor {
  const [from, to] = endsIn(options, start, end);
  return range("linspace", from, to, steps, options, (out, step, last) =>
    evenly.into([out], out, from, to, step, last),
  );
}

/** base to the power of `steps` numbers from start to end, both included (`torch.logspace`); base is 10 unless given. */
export function logspace(
  start: number,
  end: number,
  steps: number,
  base: number | (CreationOptions & { base?: number }) = 10,
  options: CreationOptions = {},
): Tensor {
  const { base: power = 10, ...rest } = typeof base === "number" ? { ...options, base } : base;
  const [from, to] = endsIn(rest, start, end);
  return range("logspace", from, to, steps, rest, (out, step, last) =>
    powers.into([out], out, from, to, step, last, power),
  );
}

const diagonal = pointwise(
  "eye",
  (_x, columns) =>
    linear()
      .lt(columns.mul(columns))
      .and(linear().remainder(columns.add(1)).eq(0)),
  {
    dtype: "bool",
    promote: [0],
  },
);

/** Ones on the diagonal of an n by m matrix, zeros elsewhere; square unless m is given (`torch.eye`). */
export function eye(
  n: number,
  m?: number | (CreationOptions & { m?: number }),
  options: CreationOptions = {},
): Tensor {
  const { m: columns = n, ...rest } = typeof m === "object" ? m : { ...options, m };
  for (const size of [n, columns]) {
    if (!Number.isInteger(size) || size < 0)
      throw new ArgumentError("eye", `expected sizes of at least 0, got ${n} and ${columns}`);
  }
  const { requiresGrad, dtype = defaultDType(), device } = rest;
  const out = empty([n, columns], { dtype: "bool", device });
  if (out.numel > 0) diagonal.into([out], out, columns);
  return finish("eye", out.to(dtype), { requiresGrad });
}

/** Powers of the elements of a vector as columns, falling unless `increasing` (`torch.vander`). */
export function vander(
  x: Tensor,
  ...rest: readonly [N?: number | null | { N?: number | null; increasing?: boolean }, increasing?: boolean]
): Tensor {
  const [, count = null, increasing = false] = bindArguments("vander", ["N", "increasing"], [x, ...rest]) as [
    Tensor,
    number | null | undefined,
    boolean | undefined,
  ];
  if (x.ndim !== 1) throw new ArgumentError("vander", `expected a vector, got a tensor of rank ${x.ndim}`);
  const rising = powersOf(x, count ?? x.numel);
  return increasing ? rising : rising.flip([1]);
}

/** x^0 … x^(count - 1) along a new last dimension. */
export function powersOf(x: Tensor, count: number): Tensor {
  if (count === 0) return empty([...x.shape, 0], { dtype: x.dtype, device: x.device });
  const first = x.unsqueeze(-1);
  const ones = first.pow(0);
  if (count === 1) return ones;
  return catTensors("vander", [ones, first.expand([...x.shape, count - 1])], x.ndim).cumprod(-1);
}
