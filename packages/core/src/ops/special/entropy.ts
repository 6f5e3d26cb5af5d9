/** Products with logarithms that are 0 where the other factor is. */
import { binary, unary } from "../pointwise/define.js";

/** -x log(x), 0 at 0, -inf below (`torch.special.entr`). */
export const entr = unary("entr", (given) => {
  const x = given.toFloat();
  // Roots stand for the constants 0 at 0 and -inf below it because of their gradients: infinite there, and NaN as that
  // of a logarithm below 0.
  const below = x.mul(Number.NEGATIVE_INFINITY).sqrt().neg();
  return x.lt(0).where(below, x.eq(0).where(x.sub(x.detach()).sqrt(), x.mul(x.log()).neg()));
});

/** x log(1 + other), 0 where x is 0 unless other is NaN (`torch.special.xlog1py`). */
export const xlog1py = binary("xlog1py", (given, other) => {
  const [x, y] = [given.toFloat(), other.toFloat()];
  return y.isnan().where(Number.NaN, x.eq(0).where(0, x.mul(y.log1p())));
});
