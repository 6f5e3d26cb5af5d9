// Matrix products. All strides count elements and may be zero (broadcast inputs) or negative.
#pragma once

#include <cstdint>

#include "isa.h"
#include "gemm/num.h"

namespace flambeau {

enum class BiasAxis : uint8_t { none, column, row };

/// c[m, n] = (accumulate ? c : 0) + Σk a[m, k]·b[k, n] + bias. All operands have element type `type`; f16 and
/// bf16 are summed in float32 and rounded once, integers wrap in their own type. `c` must not overlap the inputs.
struct GemmArgs {
  Num type = Num::f32;
  int64_t m = 0, n = 0, k = 0;
  const void* a = nullptr;
  int64_t ars = 0, acs = 1;  // row stride, column stride
  const void* b = nullptr;
  int64_t brs = 0, bcs = 1;
  void* c = nullptr;
  int64_t crs = 0, ccs = 1;
  bool accumulate = false;
  BiasAxis biasAxis = BiasAxis::none;
  const void* bias = nullptr;  // n values for BiasAxis::column, m for BiasAxis::row
  int64_t biasStride = 1;
};

/// Up to eight batch dimensions in row-major order, with a stride per operand (0 broadcasts). No dimension: one product.
struct GemmBatch {
  int rank = 0;
  int64_t sizes[8] = {};
  int64_t a[8] = {}, b[8] = {}, c[8] = {}, bias[8] = {};
};

/// One product, on the pool.
void gemm(const GemmArgs& args);

/// A product per batch index, parallel over batch and tiles. With an output stride of 0 nothing is summed: do not.
void gemmBatched(const GemmArgs& args, const GemmBatch& batch);

/// The same with the instruction set chosen by the caller (it must be available).
void gemmBatchedOn(Isa isa, const GemmArgs& args, const GemmBatch& batch);

/// What each instruction set exports.
struct GemmTable {
  void (*batched)(const GemmArgs& args, const GemmBatch& batch);
};

namespace baseline { const GemmTable& gemmTable(); }
namespace avx2 { const GemmTable& gemmTable(); }
namespace avx512 { const GemmTable& gemmTable(); }

const GemmTable& gemmTable(Isa isa);

}  // namespace flambeau
