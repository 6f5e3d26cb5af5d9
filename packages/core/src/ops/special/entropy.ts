/** Products with logarithms that are 0 where the other factor is. */
import { binary, unary } from "../pointwise/define.js";

/** -x log(x), 0 at 0, -inf below (`torch.special.entr`). */
export const entr = unary("entr", (given) => {
  const x = given.toFloat();
  const positive = x.gt(0).where(x, 1);
  return x
    .isnan()
    .where(x, x.gt(0).where(x.mul(positive.log()).neg(), x.eq(0).where(0, Number.NEGATIVE_INFINITY)));
});

/** x log(1 + other), 0 where x is 0 unless other is NaN (`torch.special.xlog1py`). */
export const xlog1py = binary("xlog1py", (given, other) => {
  const [x, y] = [given.toFloat(), other.toFloat()];
  return y.isnan().where(Number.NaN, x.eq(0).where(0, x.mul(y.log1p())));
});
