// Batch indices: where the operands of one product of a batch lie, in elements.
#pragma once

#include "gemm/gemm.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

struct BatchOffsets {
  int64_t a = 0, b = 0, c = 0, bias = 0;
};

inline int64_t batchCount(const GemmBatch& batch) {
  int64_t count = 1;
  for (int d = 0; d < batch.rank; ++d) count *= batch.sizes[d];
  return count;
}

inline BatchOffsets batchOffsets(const GemmBatch& batch, int64_t index) {
  BatchOffsets at;
  for (int d = batch.rank - 1; d >= 0; --d) {
    const int64_t i = index % batch.sizes[d];
    index /= batch.sizes[d];
    at.a += i * batch.a[d];
    at.b += i * batch.b[d];
    at.c += i * batch.c[d];
    at.bias += i * batch.bias[d];
  }
  return at;
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
