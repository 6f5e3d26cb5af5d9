// The lines of operands of one shape along one axis.
#pragma once

#include <cstdint>

#include "runtime/view.h"

namespace flambeau {

// Offsets in elements of where line number `i` starts in each of N operands.
template <int N>
class Lines {
 public:
  // The shape is that of the first operand; `axis` of rank - 1 for the last dimension, -1 for rank 0.
  Lines(const View* const (&views)[N], int axis) {
    for (int d = 0; d < views[0]->rank; ++d) {
      if (d == axis || views[0]->shape[d] == 1) continue;
      const int64_t size = views[0]->shape[d];
      bool merge = rank > 0;
      for (int k = 0; k < N; ++k) merge = merge && strides[k][rank - 1] == size * views[k]->strides[d];
      if (!merge) sizes[rank++] = 1;
      sizes[rank - 1] *= size;
      for (int k = 0; k < N; ++k) strides[k][rank - 1] = views[k]->strides[d];
    }
    for (int d = 0; d < rank; ++d) count *= sizes[d];
  }

  void start(int64_t line, int64_t (&offsets)[N]) const {
    for (int k = 0; k < N; ++k) offsets[k] = 0;
    for (int d = rank - 1; d >= 0; --d) {
      const int64_t at = line % sizes[d];
      line /= sizes[d];
      for (int k = 0; k < N; ++k) offsets[k] += at * strides[k][d];
    }
  }

  // How many lines from `line` on follow each other at `innerStride`.
  int64_t neighbours(int64_t line) const { return rank == 0 ? 1 : sizes[rank - 1] - line % sizes[rank - 1]; }
  int64_t innerStride(int k) const { return rank == 0 ? 0 : strides[k][rank - 1]; }

  int64_t count = 1;

 private:
  int rank = 0;
  int64_t sizes[maxRank];
  int64_t strides[N][maxRank];
};

}  // namespace flambeau
