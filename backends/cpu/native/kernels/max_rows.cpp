#include "kernels/max_rows.h"

#include "kernels/clones.h"

namespace flambeau {

namespace {

template <int size, int stride>
inline void windows(const float* __restrict x, int64_t rowStride, int32_t at, int32_t places, int64_t n, float* __restrict y,
                    int32_t* __restrict where) {
  for (int64_t o = 0; o < n; ++o) {
    float best = x[o * stride];
    int32_t place = at + static_cast<int32_t>(o) * stride;
    const int32_t first = place;
#pragma GCC unroll 3
    for (int i = 0; i < size; ++i) {
#pragma GCC unroll 3
      for (int j = 0; j < size; ++j) {
        const float value = x[i * rowStride + o * stride + j];
        const bool better = (value > best) | (value != value);
        best = better ? value : best;
        place = better ? first + i * places + j : place;
      }
    }
    y[o] = best;
    where[o] = place;
  }
}

#define FLAMBEAU_MAX_ROW(size, stride)                                                                                       \
  FLAMBEAU_CLONES void row##size##by##stride(const float* x, int64_t rowStride, int32_t at, int32_t places, int64_t n,       \
                                             float* y, int32_t* where) {                                                     \
    windows<size, stride>(x, rowStride, at, places, n, y, where);                                                            \
  }
FLAMBEAU_MAX_ROW(2, 1)
FLAMBEAU_MAX_ROW(2, 2)
FLAMBEAU_MAX_ROW(3, 1)
FLAMBEAU_MAX_ROW(3, 2)

}  // namespace

MaxRow maxRow(int64_t size, int64_t stride) {
  static constexpr MaxRow rows[2][2] = {{row2by1, row2by2}, {row3by1, row3by2}};
  const bool known = (size == 2 || size == 3) && (stride == 1 || stride == 2);
  return known ? rows[size - 2][stride - 1] : nullptr;
}

}  // namespace flambeau
