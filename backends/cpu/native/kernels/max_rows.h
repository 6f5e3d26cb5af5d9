// Rows of maxima over small square windows, the commonest pooling: a row at a time, each window's taps in registers.
#pragma once

#include <cstdint>

namespace flambeau {

// One output row. Windows are `size` × `size`, `stride` apart and inside the input: x points at the first tap of the
// first one, `rowStride` is the distance of rows in memory, `places` that of their positions in the plane, and `at` the position of
// the first tap. Writes the maxima and their positions; NaN wins, and of equal values the first.
using MaxRow = void (*)(const float* x, int64_t rowStride, int32_t at, int32_t places, int64_t n, float* y, int32_t* where);

// The function for these windows, or null where there is none.
MaxRow maxRow(int64_t size, int64_t stride);

}  // namespace flambeau
