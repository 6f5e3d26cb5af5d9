// Element types of this package as the compute-bound kernels name them.
#pragma once

#include "gemm/num.h"
#include "runtime/view.h"

namespace flambeau {

// Bool, which no product takes, counts as uint8.
inline Num numOf(DType dtype) {
  switch (dtype) {
    case DType::Int8: return Num::i8;
    case DType::Int16: return Num::i16;
    case DType::Int32: return Num::i32;
    case DType::Int64: return Num::i64;
    case DType::Float16: return Num::f16;
    case DType::BFloat16: return Num::bf16;
    case DType::Float32: return Num::f32;
    case DType::Float64: return Num::f64;
    default: return Num::u8;
  }
}

}  // namespace flambeau
